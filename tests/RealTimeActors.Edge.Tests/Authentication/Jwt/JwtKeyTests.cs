using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RealTimeActors.Edge.Authentication.Jwt;
using static RealTimeActors.Edge.Tests.Support.TokenForge;

namespace RealTimeActors.Edge.Tests.Authentication.Jwt;

public sealed class JwtKeyTests
{
    [Fact]
    public void A_secret_has_at_least_32_bytes()
    {
        Assert.True(JwtKey.TryFromSecret(null, new string('ä', 16), out _, out _));
        Assert.False(JwtKey.TryFromSecret(null, new string('a', 31), out _, out var error));

        Assert.Contains("at least 32 bytes", error, StringComparison.Ordinal);
        Assert.DoesNotContain("aaa", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_form_of_a_key_in_PEM_is_read()
    {
        using var certificate = new CertificateRequest("CN=issuer", Rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        (JwtAlgorithm Algorithm, string Pem, bool CanSign)[] forms =
        [
            (JwtAlgorithm.RS256, Rsa.ExportSubjectPublicKeyInfoPem(), false),
            (JwtAlgorithm.RS256, Rsa.ExportRSAPublicKeyPem(), false),
            (JwtAlgorithm.RS256, Rsa.ExportPkcs8PrivateKeyPem(), true),
            (JwtAlgorithm.RS256, Rsa.ExportRSAPrivateKeyPem(), true),
            (JwtAlgorithm.RS256, certificate.ExportCertificatePem(), false),
            (JwtAlgorithm.ES256, Ec.ExportSubjectPublicKeyInfoPem(), false),
            (JwtAlgorithm.ES256, Ec.ExportPkcs8PrivateKeyPem(), true),
            (JwtAlgorithm.ES256, "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + Ec.ExportECPrivateKeyPem(), true),
        ];

        foreach (var (algorithm, pem, canSign) in forms)
        {
            var key = PemKey("k", algorithm, pem);
            var signer = algorithm == JwtAlgorithm.RS256 ? RsaKey : EcKey;

            Assert.Equal(canSign, key.CanSign);
            Assert.True(key.Verifies("text"u8, signer.Sign("text"u8)));
            Assert.False(key.Verifies("other"u8, signer.Sign("text"u8)));
        }
    }

    [Fact]
    public void A_key_that_is_weak_or_for_something_else_is_refused()
    {
        using var small = RSA.Create(1_024);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Assert.Contains("2048", Refused(JwtAlgorithm.RS256, small.ExportSubjectPublicKeyInfoPem()), StringComparison.Ordinal);
        Assert.Contains("P-256", Refused(JwtAlgorithm.ES256, p384.ExportSubjectPublicKeyInfoPem()), StringComparison.Ordinal);
        Assert.Contains("RSA key", Refused(JwtAlgorithm.RS256, Ec.ExportSubjectPublicKeyInfoPem()), StringComparison.Ordinal);
        Assert.Contains("P-256", Refused(JwtAlgorithm.ES256, Rsa.ExportSubjectPublicKeyInfoPem()), StringComparison.Ordinal);
        Assert.Contains("HS256 has a secret", Refused(JwtAlgorithm.HS256, Rsa.ExportSubjectPublicKeyInfoPem()), StringComparison.Ordinal);
        Assert.Contains("what came is none", Refused(JwtAlgorithm.RS256, "no pem at all"), StringComparison.Ordinal);
        Assert.Contains("an encrypted one came", Refused(JwtAlgorithm.RS256, Rsa.ExportEncryptedPkcs8PrivateKeyPem("pw", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1))), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Refused(JwtAlgorithm.RS256, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("a b")]
    [InlineData("\u00e4")]
    public void A_kid_that_no_token_could_name_is_refused(string kid)
    {
        Assert.False(JwtKey.TryFromSecret(kid, Secret, out _, out var error));
        Assert.Contains("kid", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_printed_shows_nothing_of_itself() => Assert.Equal("RS256, kid rsa", RsaKey.ToString());

    private static string Refused(JwtAlgorithm algorithm, string pem)
    {
        Assert.False(JwtKey.TryFromPem("k", algorithm, pem, out var key, out var error));
        Assert.Null(key);
        return error;
    }
}
