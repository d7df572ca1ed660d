using System.Buffers;
using System.Text;

namespace RealTimeActors.Protocol.Json;

/// <summary>Strings of JSON in the one form that has no more escapes than it needs: equal strings are equal bytes.</summary>
public static class JsonStrings
{
    private static readonly SearchValues<byte> _escaped = SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), (byte)'"', (byte)'\\', 0xED]);

    /// <summary>What stands between the quotes for a text. Half a surrogate pair becomes U+FFFD.</summary>
    public static byte[] TokenOf(string text) => Escape(Encoding.UTF8.GetBytes(text));

    /// <summary>What stands between the quotes, in canonical form.</summary>
    /// <param name="token">As it stands between the quotes of well-formed JSON.</param>
    public static ReadOnlyMemory<byte> Canonical(ReadOnlyMemory<byte> token)
    {
        if (!token.Span.Contains((byte)'\\'))
            return token;

        var plain = ArrayPool<byte>.Shared.Rent(token.Length);
        var length = JsonEscapes.Remove(token.Span, plain, out _);
        var canonical = Escape(plain.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(plain);
        return canonical;
    }

    /// <summary>The text of what stands between quotes.</summary>
    public static string TextOf(ReadOnlySpan<byte> token)
    {
        if (!token.Contains((byte)'\\'))
            return Encoding.UTF8.GetString(token);

        var plain = ArrayPool<byte>.Shared.Rent(token.Length);
        var text = Encoding.UTF8.GetString(plain.AsSpan(0, JsonEscapes.Remove(token, plain, out _)));
        ArrayPool<byte>.Shared.Return(plain);
        return text;
    }

    /// <summary>Puts the escapes in that are needed.</summary>
    /// <param name="plain">UTF-8; half a surrogate pair, which JSON can say and text cannot, as its three bytes.</param>
    private static byte[] Escape(ReadOnlySpan<byte> plain)
    {
        var to = new ArrayBufferWriter<byte>(plain.Length + 8);
        while (true)
        {
            var next = plain.IndexOfAny(_escaped);
            if (next < 0)
                break;

            to.Write(plain[..next]);
            plain = plain[next..];
            var length = 1;
            if (plain[0] != 0xED)
            {
                EscapeAscii(plain[0], to);
            }
            else if (plain.Length >= 3 && plain[1] >= 0xA0)
            {
                length = 3;
                EscapeUnit(0xD000 | ((plain[1] & 0x3F) << 6) | (plain[2] & 0x3F), to);
            }
            else
            {
                to.Write(plain[..1]);
            }

            plain = plain[length..];
        }

        to.Write(plain);
        return to.WrittenSpan.ToArray();
    }

    private static void EscapeAscii(byte c, ArrayBufferWriter<byte> to)
    {
        var letter = c switch { (byte)'"' or (byte)'\\' => c, 8 => (byte)'b', 9 => (byte)'t', 10 => (byte)'n', 12 => (byte)'f', 13 => (byte)'r', _ => (byte)0 };
        if (letter == 0)
            EscapeUnit(c, to);
        else
            to.Write([(byte)'\\', letter]);
    }

    private static void EscapeUnit(int unit, ArrayBufferWriter<byte> to)
    {
        var digits = "0123456789abcdef"u8;
        to.Write([(byte)'\\', (byte)'u', digits[unit >> 12], digits[(unit >> 8) & 15], digits[(unit >> 4) & 15], digits[unit & 15]]);
    }
}
