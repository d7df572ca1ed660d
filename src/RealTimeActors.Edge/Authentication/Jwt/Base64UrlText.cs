using System.Buffers;
using System.Buffers.Text;

namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>
/// base64url as RFC 7515 writes it: no padding, no line breaks, and one text for each value. (Decoders are lenient: with them, characters of a token
/// could be changed and it would still be the same token.)
/// </summary>
internal static class Base64UrlText
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly SearchValues<char> _taken = SearchValues.Create(Alphabet);

    internal static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>The bytes; null where it is not the one text that stands for them.</summary>
    internal static byte[]? TryDecode(ReadOnlySpan<char> text)
    {
        if (text.Length % 4 == 1 || text.ContainsAnyExcept(_taken) || !EndsInZeros(text))
            return null;

        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        return Base64Url.TryDecodeFromChars(text, bytes, out var written) && written == bytes.Length ? bytes : null;
    }

    /// <summary>Of the last character of a text that is not a multiple of four, two or four bits stand for nothing.</summary>
    private static bool EndsInZeros(ReadOnlySpan<char> text)
    {
        var spare = (text.Length % 4) switch { 2 => 0b1111, 3 => 0b11, _ => 0 };
        return spare == 0 || (Alphabet.IndexOf(text[^1], StringComparison.Ordinal) & spare) == 0;
    }
}
