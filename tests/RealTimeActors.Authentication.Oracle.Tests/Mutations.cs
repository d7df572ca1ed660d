using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using RealTimeActors.Edge.Authentication.Jwt;
using RealTimeActors.Edge.Tests.Support;

namespace RealTimeActors.Authentication.Oracle.Tests;

/// <summary>Mutants without end, the same ones for the same seed (up to the time of day, and what ES256 leaves to chance).</summary>
internal sealed class Mutations(int seed, DateTimeOffset now)
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly JwtKey _publicKeyAsSecret =
        TokenForge.SharedKey(null, TokenForge.Rsa.ExportSubjectPublicKeyInfoPem().Replace("-----BEGIN", "-----begin", StringComparison.Ordinal));

    private static readonly char[] _strangers = ['.', '=', '+', '/', ' ', '\n', '\0', '%', 'é', '\u0131', '\u200b', '\ud83d', '\uff21', '"'];

    private readonly Random _random = new(seed);
    private readonly SignedTexts _texts = new(seed, now);
    private readonly List<Signed> _good = [];

    internal Mutant Next()
    {
        if (_good.Count == 0)
            _good.AddRange(Enumerable.Range(0, 32).Select(_ => MakeGood()));

        var good = _good[_random.Next(_good.Count)];
        return _random.Next(12) switch
        {
            0 => Tampered(good, "a character changed", Changed(good.Token)),
            1 => Tampered(good, "a bit flipped", Flipped(good.Token)),
            2 => Tampered(good, "parts swapped", Swapped(good, _good[_random.Next(_good.Count)])),
            3 => Tampered(good, "cut or lengthened", Cut(good.Token)),
            4 => Tampered(good, "encoded otherwise", Reencoded(good.Token)),
            5 => Tampered(good, "the algorithm edited", AlgorithmEdited(good)),
            6 => Tampered(good, "the claims edited", ClaimsEdited(good)),
            7 => Tampered(good, "another signature", OtherSignature(good)),
            8 => Confused(good),
            9 => SignedAnew(good, "a strange header", _texts.StrangeHeader(good.Header), good.Claims),
            10 => SignedAnew(good, "strange claims", good.Header, _texts.StrangeClaims()),
            _ => SignedAnew(good, "noise in the text", Noise(good.Header), _random.Next(2) == 0 ? Noise(good.Claims) : good.Claims),
        };
    }

    private static Mutant Tampered(Signed good, string what, string token) => new(token, good.Token, what, IsSignedAnew: false);

    private static Mutant SignedAnew(Signed good, string what, string header, string claims) =>
        new(TokenForge.Sign(header, claims, good.Key), good.Token, what, IsSignedAnew: true);

    private Signed MakeGood()
    {
        // Signing with RSA costs most of all, so there is less of it.
        var (key, header) = _random.Next(10) switch
        {
            0 => (TokenForge.RsaKey, """{"alg":"RS256","typ":"JWT","kid":"rsa"}"""),
            1 => (TokenForge.EcKey, """{"alg":"ES256","typ":"JWT","kid":"ec"}"""),
            _ => (TokenForge.Shared, """{"alg":"HS256","typ":"JWT"}"""),
        };
        var claims = _texts.GoodClaims();
        return new Signed(key, header, claims, TokenForge.Sign(header, claims, key));
    }

    private string Changed(string token)
    {
        var at = _random.Next(token.Length);
        var character = _random.Next(3) == 0 ? _strangers[_random.Next(_strangers.Length)] : Alphabet[_random.Next(Alphabet.Length)];
        return _random.Next(3) switch
        {
            0 => token.Insert(at, character.ToString()),
            1 => token.Remove(at, 1),
            _ => $"{token[..at]}{character}{token[(at + 1)..]}",
        };
    }

    /// <summary>In the bytes that the text stands for.</summary>
    private string Flipped(string token)
    {
        var parts = token.Split('.');
        var which = _random.Next(3);
        var bytes = Base64Url.DecodeFromChars(parts[which]);
        bytes[_random.Next(bytes.Length)] ^= (byte)(1 << _random.Next(8));
        parts[which] = Base64Url.EncodeToString(bytes);
        return string.Join('.', parts);
    }

    private string Swapped(Signed good, Signed other)
    {
        var a = good.Token.Split('.');
        var b = other.Token.Split('.');
        return _random.Next(7) switch
        {
            0 => $"{b[0]}.{a[1]}.{a[2]}",
            1 => $"{a[0]}.{b[1]}.{a[2]}",
            2 => $"{a[0]}.{a[1]}.{b[2]}",
            3 => $"{a[1]}.{a[0]}.{a[2]}",
            4 => $"{a[0]}.{a[1]}.",
            5 => $"{a[0]}.{a[1]}",
            _ => $"{a[0]}.{a[1]}.{a[2]}.{b[2]}",
        };
    }

    private string Cut(string token) => _random.Next(3) switch
    {
        0 => token[..^_random.Next(1, token.Length)],
        1 => token[_random.Next(1, token.Length)..],
        _ => token + Alphabet[_random.Next(Alphabet.Length)],
    };

    /// <summary>Texts that lenient decoders take for the same bytes.</summary>
    private string Reencoded(string token)
    {
        var parts = token.Split('.');
        var which = _random.Next(3);
        var part = parts[which];
        parts[which] = _random.Next(5) switch
        {
            0 => part + new string('=', (4 - (part.Length % 4)) % 4),
            1 => part.Replace('-', '+').Replace('_', '/'),
            2 => part.Insert(_random.Next(part.Length), _random.Next(2) == 0 ? "\n" : " "),
            3 when part.Length % 4 != 0 => part[..^1] + Alphabet[Alphabet.IndexOf(part[^1], StringComparison.Ordinal) ^ 1],
            _ => part + "=",
        };
        return string.Join('.', parts);
    }

    private string AlgorithmEdited(Signed good)
    {
        string[] names = ["none", "None", "NONE", "nOnE", "", "hs256", "HS256", "RS256", "ES256", "HS384", "RS512", "PS256", "ES256K", "HS256\\u0000"];
        var header = $$"""{"alg":"{{names[_random.Next(names.Length)]}}","typ":"JWT"}""";
        var parts = good.Token.Split('.');
        return $"{TokenForge.Encode(header)}.{parts[1]}.{(_random.Next(3) == 0 ? "" : parts[2])}";
    }

    private string ClaimsEdited(Signed good)
    {
        var parts = good.Token.Split('.');
        var claims = _random.Next(2) == 0 ? good.Claims.Replace("\"sub\":\"u", "\"sub\":\"admin", StringComparison.Ordinal) : _texts.GoodClaims();
        return $"{parts[0]}.{TokenForge.Encode(claims)}.{parts[2]}";
    }

    private string OtherSignature(Signed good)
    {
        var signed = good.Token[..good.Token.LastIndexOf('.')];
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = _random.Next(5) switch
        {
            0 => new byte[64],
            1 => new byte[256],
            2 => TokenForge.Ec.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence),
            3 => SHA256.HashData(bytes),
            _ => HMACSHA256.HashData("another secret"u8, bytes),
        };
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>HS256 with what everybody knows: the public key.</summary>
    private Mutant Confused(Signed good)
    {
        var header = _random.Next(2) == 0 ? """{"alg":"HS256","kid":"rsa"}""" : """{"alg":"HS256"}""";
        return new Mutant(TokenForge.Sign(header, good.Claims, _publicKeyAsSecret), good.Token, "signed with the public key as a secret", IsSignedAnew: false);
    }

    private string Noise(string json)
    {
        var at = _random.Next(json.Length);
        string[] pieces = ["\\u0061", "\u200b", "\ufeff", "\"alg\":\"none\",", "\"exp\":9e9,", ",", "{", "}", "[", "null", "\t", "1", "\\ud800", "é", "/*x*/"];
        return _random.Next(3) switch
        {
            0 => json.Insert(at, pieces[_random.Next(pieces.Length)]),
            1 => json.Remove(at, 1),
            _ => $"{json[..at]}{(char)_random.Next(1, 127)}{json[(at + 1)..]}",
        };
    }

    private sealed record Signed(JwtKey Key, string Header, string Claims, string Token);
}
