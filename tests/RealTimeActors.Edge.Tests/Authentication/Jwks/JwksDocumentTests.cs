using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RealTimeActors.Edge.Authentication.Jwks;
using RealTimeActors.Edge.Tests.Support;
using static RealTimeActors.Edge.Tests.Support.TokenForge;

namespace RealTimeActors.Edge.Tests.Authentication.Jwks;

public sealed class JwksDocumentTests
{
    [Fact]
    public void Reads_keys_of_both_kinds()
    {
        var document = Read(JwksServer.Jwk("a", Rsa), JwksServer.Jwk("b", Ec));

        Assert.Equal(["RS256, kid a", "ES256, kid b"], document.Keys.Select(key => key.ToString()));
        Assert.True(document.Keys[0].Verifies("x"u8, RsaKey.Sign("x"u8)));
        Assert.True(document.Keys[1].Verifies("x"u8, EcKey.Sign("x"u8)));
        Assert.Empty(document.LeftOut);
    }

    [Fact]
    public void Leaves_out_what_is_weak_secret_or_for_something_else()
    {
        using var small = RSA.Create(1_024);
        var n = System.Buffers.Text.Base64Url.EncodeToString(Rsa.ExportParameters(false).Modulus);

        var document = Read(
            JwksServer.Jwk("good", Ec),
            JwksServer.Jwk("small", small),
            new { kty = "oct", kid = "shared", k = "AAAA" },
            new { kty = "RSA", kid = "private", n, e = "AQAB", d = "AAAA" },
            new { kty = "RSA", kid = "encryption", use = "enc", n, e = "AQAB" },
            new { kty = "RSA", kid = "signing", key_ops = new[] { "sign" }, n, e = "AQAB" },
            new { kty = "RSA", kid = "PS256", alg = "PS256", n, e = "AQAB" },
            new { kty = "RSA", kid = "even", n, e = "Ag" },
            new { kty = "RSA", kid = "padded", n = n + "=", e = "AQAB" },
            new { kty = "EC", kid = "curve", crv = "P-384", x = "AAAA", y = "AAAA" },
            new { kty = "EC", kid = "off", crv = "P-256", x = new string('A', 43), y = new string('A', 43) },
            new { kty = "EC", crv = "P-256", kid = 7 },
            JwksServer.Jwk("good", Ec),
            7);

        Assert.Equal("ES256, kid good", document.Keys.Single().ToString());
        Assert.Equal(13, document.LeftOut.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"oct","k":"AAAA"}]}""")]
    [InlineData("""{"keys":[],"keys":[]}""")]
    [InlineData("<html>")]
    public void Refuses_what_is_no_set_with_a_key_to_use(string text)
    {
        Assert.False(JwksDocument.TryRead(Encoding.UTF8.GetBytes(text), out _, out var error));
        Assert.Contains("expected", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_set_without_end()
    {
        var key = JwksServer.Jwk("a", Ec);

        Assert.False(JwksDocument.TryRead(JsonSerializer.SerializeToUtf8Bytes(new { keys = Enumerable.Repeat(key, 65) }), out _, out var error));
        Assert.Contains("at most 64", error, StringComparison.Ordinal);
    }

    private static JwksDocument Read(params object[] keys) =>
        JwksDocument.TryRead(JsonSerializer.SerializeToUtf8Bytes(new { keys }), out var document, out var error) ? document : throw new InvalidOperationException(error);
}
