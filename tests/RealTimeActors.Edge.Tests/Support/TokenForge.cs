using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using RealTimeActors.Edge.Authentication.Jwt;

namespace RealTimeActors.Edge.Tests.Support;

/// <summary>Makes tokens of any text at all, signed or not: also those that no library would make.</summary>
internal static class TokenForge
{
    internal const string Secret = "a secret of the tests: 0123456789abcdef";

    /// <summary>The moment that the tests' tokens are made for.</summary>
    internal static DateTimeOffset Now { get; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    internal static long NowSeconds => Now.ToUnixTimeSeconds();

    internal static JwtKey Shared { get; } = SharedKey(null);

    internal static RSA Rsa { get; } = RSA.Create(2_048);

    internal static ECDsa Ec { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal static JwtKey RsaKey { get; } = PemKey("rsa", JwtAlgorithm.RS256, Rsa.ExportPkcs8PrivateKeyPem());

    internal static JwtKey EcKey { get; } = PemKey("ec", JwtAlgorithm.ES256, Ec.ExportPkcs8PrivateKeyPem());

    internal static string Header => """{"alg":"HS256","typ":"JWT"}""";

    /// <summary>Good for an hour.</summary>
    internal static string Claims => ClaimsWith("");

    internal static JwtKey SharedKey(string? kid, string secret = Secret) =>
        JwtKey.TryFromSecret(kid, secret, out var key, out var error) ? key : throw new InvalidOperationException(error);

    internal static JwtKey PemKey(string? kid, JwtAlgorithm algorithm, string pem) =>
        JwtKey.TryFromPem(kid, algorithm, pem, out var key, out var error) ? key : throw new InvalidOperationException(error);

    /// <summary>Good claims, and more of them, as <c>,"roles":[]</c>.</summary>
    internal static string ClaimsWith(string more) => $$"""{"sub":"u1","iat":{{NowSeconds}},"exp":{{NowSeconds + 3_600}}{{more}}}""";

    /// <summary>Signed by the tests' secret.</summary>
    internal static string Sign(string header, string claims) => Sign(header, claims, Shared);

    internal static string Sign(string header, string claims, JwtKey key) => SignEncoded($"{Encode(header)}.{Encode(claims)}", key);

    internal static string SignEncoded(string signed, JwtKey key) => $"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";

    internal static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
