using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>A token taken apart (RFC 7515, 7.1): what is signed, the header, and the two that are only looked at later.</summary>
/// <param name="Signed">The bytes that the signature is over: header, dot and payload as they came.</param>
/// <param name="Header">Decoded.</param>
/// <param name="Payload">Still encoded: nothing of it is read before the signature holds.</param>
/// <param name="Signature">Decoded.</param>
internal sealed record TokenParts(byte[] Signed, byte[] Header, string Payload, byte[] Signature)
{
    /// <summary>The most characters of a token.</summary>
    internal const int TokenCharsMax = 8_192;

    // A header names an algorithm and a key.
    private const int HeaderCharsMax = 2_048;

    // RSA of 8,192 bits.
    private const int SignatureCharsMax = 1_366;

    /// <summary>Takes it apart; where it is no token, says what is expected.</summary>
    internal static bool TrySplit(string token, [NotNullWhen(true)] out TokenParts? parts, [NotNullWhen(false)] out string? error)
    {
        parts = null;
        if (token.Length > TokenCharsMax)
        {
            error = $"A token has at most {TokenCharsMax} characters.";
            return false;
        }

        var first = token.IndexOf('.', StringComparison.Ordinal);
        var second = first < 0 ? -1 : token.IndexOf('.', first + 1);
        if (second < 0 || token.IndexOf('.', second + 1) >= 0)
        {
            error = "A signed JWT is expected: three parts in base64url, joined by dots.";
            return false;
        }

        if (first > HeaderCharsMax || token.Length - second - 1 > SignatureCharsMax)
        {
            error = "The header or the signature of the token is longer than any that is taken.";
            return false;
        }

        var header = Base64UrlText.TryDecode(token.AsSpan(0, first));
        var signature = Base64UrlText.TryDecode(token.AsSpan(second + 1));
        if (header is not { Length: > 0 } || signature is not { Length: > 0 } || !Ascii.IsValid(token))
        {
            error = "The parts of a token are expected in base64url without padding; one is not, or is empty.";
            return false;
        }

        parts = new TokenParts(Encoding.ASCII.GetBytes(token, 0, second), header, token[(first + 1)..second], signature);
        error = null;
        return true;
    }
}
