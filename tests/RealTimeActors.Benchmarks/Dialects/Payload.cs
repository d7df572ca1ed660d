using System.Text;

namespace RealTimeActors.Benchmarks.Dialects;

/// <summary>The body that is published: a JSON string of a given size that begins with the number of the publish, where the peers are checked for holes.</summary>
internal static class Payload
{
    internal const int NumberLength = 16;

    /// <summary><paramref name="length"/> bytes with their quotes: <c>"0000000000000000xxxx…"</c>.</summary>
    internal static byte[] Template(int length) => Encoding.ASCII.GetBytes($"\"{new string('0', NumberLength)}{new string('x', length - NumberLength - 2)}\"");

    /// <summary>The same number of bytes as an object of so many fields, the first of them with the number: <c>{"f00":"0000000000000000","f01":"xxxx…</c>.</summary>
    internal static byte[] Template(int length, int fields)
    {
        // {"f00":"…"} is 10 bytes around the first value, ,"f01":"" nine around each other.
        var rest = length - 10 - NumberLength - ((fields - 1) * 9);
        if (rest < fields - 1) throw new ArgumentException($"{length} bytes have no room for {fields} fields.", nameof(length));

        var text = new StringBuilder($"{{\"f00\":\"{new string('0', NumberLength)}\"");
        for (var i = 1; i < fields; i++) text.Append(System.Globalization.CultureInfo.InvariantCulture, $",\"f{i:00}\":\"{new string('x', (rest / (fields - 1)) + (i == 1 ? rest % (fields - 1) : 0))}\"");
        return Encoding.ASCII.GetBytes(text.Append('}').ToString());
    }

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
