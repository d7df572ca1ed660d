using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using RealTimeActors.Edge.Authentication.Jwt;

namespace RealTimeActors.Edge.Authentication.Jwks;

/// <summary>Reads a JWK set (RFC 7517). Keys that are for something else, or too weak, are left out and counted; what is left must be something.</summary>
/// <param name="Keys">The keys that can be used, at least one.</param>
/// <param name="LeftOut">Why each of the others cannot.</param>
internal sealed record JwksDocument(IReadOnlyList<JwtKey> Keys, IReadOnlyList<string> LeftOut)
{
    /// <summary>Reads it; where it is no set with a key to use, says why.</summary>
    internal static bool TryRead(byte[] json, [NotNullWhen(true)] out JwksDocument? document, [NotNullWhen(false)] out string? error)
    {
        document = null;
        if (!TokenJson.TryParse(json, out var parsed, out error))
            return false;

        using (parsed)
        {
            if (TokenJson.Member(parsed.RootElement, "keys") is not { ValueKind: JsonValueKind.Array } list)
            {
                error = "a JWK set is expected, as {\"keys\":[…]}; something else came";
                return false;
            }

            if (list.GetArrayLength() > JwtOptions.KeysMax)
            {
                error = $"a set of at most {JwtOptions.KeysMax} keys is expected; one of {list.GetArrayLength()} came";
                return false;
            }

            document = Read(list);
        }

        if (document.Keys.Count > 0)
        {
            error = null;
            return true;
        }

        error = $"a set with a key for RS256 or ES256 is expected; there is none among {document.LeftOut.Count}"
            + (document.LeftOut.Count > 0 ? $" ({document.LeftOut[0]})" : "");
        document = null;
        return false;
    }

    private static JwksDocument Read(JsonElement list)
    {
        var keys = new List<JwtKey>();
        var leftOut = new List<string>();
        var number = 0;
        foreach (var element in list.EnumerateArray())
        {
            number++;
            if (element.ValueKind != JsonValueKind.Object)
                leftOut.Add($"key {number} is no object");
            else if (ReadKey(element, out var reason) is not { } key)
                leftOut.Add($"key {number}: {reason}");
            else if (keys.Exists(other => other.Kid == key.Kid && other.Algorithm == key.Algorithm && key.Kid is not null))
                leftOut.Add($"key {number}: another of the same kid and algorithm stands before it");
            else
                keys.Add(key);
        }

        return new JwksDocument(keys, leftOut);
    }

    private static JwtKey? ReadKey(JsonElement element, out string? reason)
    {
        string? kid = null;
        if (TokenJson.Member(element, "kid") is { } named && !(TokenJson.TryText(named, KeyNames.LengthMax, out kid) && KeyNames.IsName(kid)))
        {
            reason = $"a kid of {KeyNames.Expected} is expected";
            return null;
        }

        if (!IsForSignatures(element))
        {
            reason = "it is not for signatures (use, key_ops)";
            return null;
        }

        if (TokenJson.Member(element, "d") is not null || TokenJson.Member(element, "k") is not null)
        {
            // Whoever could read the set could sign.
            reason = "it is a secret, and stands in public";
            return null;
        }

        try
        {
            return (TextOf(element, "kty"), TextOf(element, "alg")) switch
            {
                ("RSA", null or "RS256") => ReadRsa(kid, element, out reason),
                ("EC", null or "ES256") => ReadEcdsa(kid, element, out reason),
                _ => LeaveOut("it is for another algorithm", out reason),
            };
        }
        catch (CryptographicException)
        {
            return LeaveOut("its numbers are no key", out reason);
        }
    }

    private static JwtKey? ReadRsa(string? kid, JsonElement element, out string? reason) =>
        BytesOf(element, "n") is { Length: > 0 and <= Rs256Key.BitsMax / 8 } modulus && BytesOf(element, "e") is { Length: > 0 and <= 8 } exponent
            ? Rs256Key.TryCreate(kid, new RSAParameters { Modulus = modulus, Exponent = exponent }, out reason)
            : LeaveOut("n and e are expected in base64url", out reason);

    private static JwtKey? ReadEcdsa(string? kid, JsonElement element, out string? reason)
    {
        if (TextOf(element, "crv") != "P-256")
            return LeaveOut("the curve P-256 is expected", out reason);

        return BytesOf(element, "x") is { Length: 32 } x && BytesOf(element, "y") is { Length: 32 } y
            ? Es256Key.TryCreate(kid, new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } }, out reason)
            : LeaveOut("x and y of 32 bytes are expected in base64url", out reason);
    }

    private static bool IsForSignatures(JsonElement element)
    {
        if (TokenJson.Member(element, "use") is { } use && !(TokenJson.TryText(use, 16, out var word) && word == "sig"))
            return false;

        return TokenJson.Member(element, "key_ops") is not { } operations
            || (operations.ValueKind == JsonValueKind.Array && operations.EnumerateArray().Any(operation => TokenJson.TryText(operation, 16, out var name) && name == "verify"));
    }

    /// <summary>Null where it is absent; empty where it is no short text, which then matches nothing.</summary>
    private static string? TextOf(JsonElement element, string name) =>
        TokenJson.Member(element, name) is not { } member ? null : TokenJson.TryText(member, 32, out var text) ? text : "";

    private static byte[]? BytesOf(JsonElement element, string name) =>
        TokenJson.Member(element, name) is { } member && TokenJson.TryText(member, 2_048, out var text) ? Base64UrlText.TryDecode(text) : null;

    private static JwtKey? LeaveOut(string why, out string? reason)
    {
        reason = why;
        return null;
    }
}
