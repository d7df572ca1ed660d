using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>What a token says about its own signature: believed only as far as the keys that are configured agree.</summary>
/// <param name="Algorithm">Of the three that are taken.</param>
/// <param name="Kid">The name of the key; null: none is named.</param>
internal sealed record JwtHeader(JwtAlgorithm Algorithm, string? Kid)
{
    /// <summary>Each of these brings a key along, or says where to get one. The keys are chosen by the configuration, never by the token (RFC 8725, 3.10).</summary>
    private static readonly string[] _keysFromOutside = ["jwk", "jku", "x5u", "x5c"];

    /// <summary>Media types (RFC 7515, 4.1.9): compared without regard to case. Others are tokens for other uses (RFC 8725, 3.11).</summary>
    private static readonly string[] _types = ["JWT", "at+jwt", "application/jwt", "application/at+jwt"];

    /// <summary>Reads it; where it cannot be taken, says why.</summary>
    internal static bool TryRead(byte[] json, [NotNullWhen(true)] out JwtHeader? header, [NotNullWhen(false)] out string? error)
    {
        header = null;
        if (!TokenJson.TryParse(json, out var document, out var wrong))
        {
            error = $"The header of the token: {wrong}.";
            return false;
        }

        using (document)
            return TryRead(document.RootElement, out header, out error);
    }

    private static bool TryRead(JsonElement root, [NotNullWhen(true)] out JwtHeader? header, [NotNullWhen(false)] out string? error)
    {
        header = null;
        error = null;
        string? kid = null;
        var algorithm = AlgorithmOf(root);

        if (algorithm is null)
            error = "alg: HS256, RS256 or ES256 is expected, written so; anything else came, or nothing.";
        else if (TokenJson.Member(root, "crit") is not null || TokenJson.Member(root, "b64") is not null)
            error = "crit: no extension of JWT is understood here; a token without crit and b64 is expected.";
        else if (_keysFromOutside.Any(name => TokenJson.Member(root, name) is not null))
            error = "The key of a token is the server's choice: a token without jwk, jku, x5u and x5c is expected.";
        else if (TokenJson.Member(root, "zip") is not null || TokenJson.Member(root, "enc") is not null || TokenJson.Member(root, "cty") is not null)
            error = "A plain signed token is expected; one that is compressed, encrypted or nested came (zip, enc or cty).";
        else if (TokenJson.Member(root, "typ") is { } typ && !(TokenJson.TryText(typ, 64, out var type) && _types.Contains(type, StringComparer.OrdinalIgnoreCase)))
            error = "typ: JWT or at+jwt is expected, or none; another type came.";
        else if (TokenJson.Member(root, "kid") is { } named && !(TokenJson.TryText(named, KeyNames.LengthMax, out kid) && KeyNames.IsName(kid)))
            error = $"kid: {KeyNames.Expected} is expected, or none; something else came.";

        if (error is not null)
            return false;

        header = new JwtHeader(algorithm!.Value, kid);
        return true;
    }

    /// <summary>Byte for byte: <c>hs256</c> and <c>None</c> are no algorithms (RFC 7515, 4.1.1: the name is case-sensitive).</summary>
    private static JwtAlgorithm? AlgorithmOf(JsonElement root) =>
        TokenJson.Member(root, "alg") is { } alg && TokenJson.TryText(alg, 16, out var name) ? JwtAlgorithms.Named(name) : null;
}
