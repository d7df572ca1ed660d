using System.Text;

namespace RealTimeActors.Protocol.Json;

/// <summary>Takes the escapes out of a string that is known to be well formed.</summary>
internal static class JsonEscapes
{
    /// <summary>Writes the string without its escapes; never longer than it came.</summary>
    /// <param name="escaped">What stood between the quotes; every escape is complete.</param>
    /// <param name="to">At least as long as <paramref name="escaped"/>.</param>
    /// <param name="isText">False: it has half a surrogate pair, which is no text (it is written as three bytes, so that it can be compared).</param>
    /// <returns>The bytes written.</returns>
    public static int Remove(ReadOnlySpan<byte> escaped, Span<byte> to, out bool isText)
    {
        isText = true;
        var written = 0;
        while (true)
        {
            var next = escaped.IndexOf((byte)'\\');
            var plain = next < 0 ? escaped : escaped[..next];
            plain.CopyTo(to[written..]);
            written += plain.Length;
            if (next < 0)
                return written;

            var letter = escaped[next + 1];
            escaped = escaped[(next + 2)..];
            if (letter != 'u')
            {
                to[written++] = letter switch { (byte)'b' => 8, (byte)'f' => 12, (byte)'n' => 10, (byte)'r' => 13, (byte)'t' => 9, _ => letter };
                continue;
            }

            int unit = Hex(escaped);
            escaped = escaped[4..];
            if (char.IsHighSurrogate((char)unit) && escaped.Length >= 6 && escaped[0] == '\\' && escaped[1] == 'u'
                && char.IsLowSurrogate(Hex(escaped[2..])))
            {
                unit = char.ConvertToUtf32((char)unit, Hex(escaped[2..]));
                escaped = escaped[6..];
            }

            if (Rune.IsValid(unit))
            {
                written += new Rune(unit).EncodeToUtf8(to[written..]);
            }
            else
            {
                isText = false;
                to[written++] = (byte)(0xE0 | (unit >> 12));
                to[written++] = (byte)(0x80 | ((unit >> 6) & 0x3F));
                to[written++] = (byte)(0x80 | (unit & 0x3F));
            }
        }
    }

    private static char Hex(ReadOnlySpan<byte> digits)
        => (char)((Nibble(digits[0]) << 12) | (Nibble(digits[1]) << 8) | (Nibble(digits[2]) << 4) | Nibble(digits[3]));

    private static int Nibble(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
