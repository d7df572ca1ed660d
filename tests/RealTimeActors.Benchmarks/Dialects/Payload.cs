using System.Text;

namespace RealTimeActors.Benchmarks.Dialects;

/// <summary>The body that is published: a JSON string of a given size that begins with the number of the publish, where the peers are checked for holes.</summary>
internal static class Payload
{
    internal const int NumberLength = 16;

    /// <summary><paramref name="length"/> bytes with their quotes: <c>"0000000000000000xxxx…"</c>.</summary>
    internal static byte[] Template(int length) => Encoding.ASCII.GetBytes($"\"{new string('0', NumberLength)}{new string('x', length - NumberLength - 2)}\"");

    /// <summary>Writes <paramref name="number"/> into a template.</summary>
    internal static void Stamp(Span<byte> template, long number)
    {
        for (var at = NumberLength; at > 0; at--)
        {
            template[at] = (byte)('0' + number % 10);
            number /= 10;
        }
    }

    /// <summary>Reads the number again; <paramref name="payload"/> begins with the quote.</summary>
    internal static long Number(ReadOnlySpan<byte> payload)
    {
        var number = 0L;
        for (var at = 1; at <= NumberLength; at++) number = number * 10 + (payload[at] - '0');
        return number;
    }
}
