using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using RealTimeActors.Edge.Authentication.Jwt;
using static RealTimeActors.Edge.Tests.Support.TokenForge;

namespace RealTimeActors.Edge.Tests.Authentication.Jwt;

public sealed class JwtVerifierTests
{
    private static readonly JwtKeySet _keys = new([Shared, RsaKey, EcKey]);
    private static readonly JwtVerifier _verifier = new(new JwtOptions());

    public static TheoryData<string, string> BadHeaders => new()
    {
        { """{"alg":"none"}""", "alg:" },
        { """{"alg":"None"}""", "alg:" },
        { """{"alg":"hs256"}""", "alg:" },
        { """{"alg":"HS256 "}""", "alg:" },
        { """{"alg":"HS384"}""", "alg:" },
        { """{"alg":null}""", "alg:" },
        { """{"alg":["HS256"]}""", "alg:" },
        { """{"typ":"JWT"}""", "alg:" },
        { """{"alg":"HS256","alg":"HS256"}""", "name twice" },
        { """{"alg":"HS256","\u0061lg":"HS256"}""", "name twice" },
        { """{"alg":"HS256","x":{"a":1,"a":1}}""", "name twice" },
        { """{"alg":"HS256","\ud800":1}""", "JSON object" },
        { """["HS256"]""", "JSON object" },
        { """{"alg":"HS256"} """ + "x", "JSON object" },
        { """{"alg":"HS256","crit":["exp"]}""", "crit:" },
        { """{"alg":"HS256","crit":[]}""", "crit:" },
        { """{"alg":"HS256","b64":false}""", "crit:" },
        { """{"alg":"HS256","jwk":{"kty":"oct","k":"AAAA"}}""", "without jwk" },
        { """{"alg":"HS256","jku":"https://evil.example/jwks"}""", "without jwk" },
        { """{"alg":"HS256","x5u":"https://evil.example/cert"}""", "without jwk" },
        { """{"alg":"HS256","x5c":["MIIB"]}""", "without jwk" },
        { """{"alg":"HS256","zip":"DEF"}""", "plain signed token" },
        { """{"alg":"HS256","cty":"JWT"}""", "plain signed token" },
        { """{"alg":"HS256","typ":"secevent+jwt"}""", "typ:" },
        { """{"alg":"HS256","typ":7}""", "typ:" },
        { """{"alg":"HS256","kid":7}""", "kid:" },
        { """{"alg":"HS256","kid":null}""", "kid:" },
        { """{"alg":"HS256","kid":""}""", "kid:" },
        { """{"alg":"HS256","kid":"../../dev/null"}""", "kid:" },
        { """{"alg":"HS256","kid":"a' OR '1'='1"}""", "kid:" },
        { """{"alg":"HS256","kid":"a\u0000"}""", "kid:" },
        { "{\"alg\":\"HS256\",\"kid\":\"" + new string('k', 129) + "\"}", "kid:" },
    };

    public static TheoryData<string, string> BadClaims => new()
    {
        { "{}", "exp:" },
        { """["u1"]""", "JSON object" },
        { ClaimsWith(",\"sub\":\"u2\""), "name twice" },
        { $$"""{"sub":"u1","exp":"{{NowSeconds + 60}}"}""", "exp:" },
        { """{"sub":"u1","exp":null}""", "exp:" },
        { """{"sub":"u1","exp":-1}""", "exp:" },
        { """{"sub":"u1","exp":1e999}""", "exp:" },
        { $$"""{"sub":"u1","exp":{{NowSeconds}}000}""", "exp:" },
        { $$"""{"sub":"u1","exp":{{NowSeconds + 60}},"nbf":"0"}""", "nbf:" },
        { $$"""{"sub":"u1","exp":{{NowSeconds + 60}},"iat":true}""", "iat:" },
        { $$"""{"sub":"u1","exp":{{NowSeconds + 60}},"nbf":{{NowSeconds + 60}}}""", "over before it began" },
        { $$"""{"exp":{{NowSeconds + 60}}}""", "sub:" },
        { $$"""{"sub":"","exp":{{NowSeconds + 60}}}""", "sub:" },
        { $$"""{"sub":7,"exp":{{NowSeconds + 60}}}""", "sub:" },
        { $$"""{"sub":"u\u0000","exp":{{NowSeconds + 60}}}""", "sub:" },
        { $$"""{"sub":"u\u200b","exp":{{NowSeconds + 60}}}""", "sub:" },
        { $$"""{"sub":"\ud83d","exp":{{NowSeconds + 60}}}""", "sub:" },
        { "{\"sub\":\"" + new string('u', 201) + "\",\"exp\":" + (NowSeconds + 60) + "}", "sub:" },
        { ClaimsWith(",\"roles\":\"editor\""), "roles:" },
        { ClaimsWith(",\"roles\":[7]"), "roles:" },
        { ClaimsWith(",\"roles\":[\"\"]"), "roles:" },
        { ClaimsWith(",\"roles\":[" + string.Join(',', Enumerable.Range(0, 65).Select(i => $"\"r{i}\"")) + "]"), "roles:" },
        { ClaimsWith(",\"channels\":[\"a\"]"), "channels:" },
        { ClaimsWith(",\"channels\":{\"a\":\"subscribe\"}"), "channels:" },
        { ClaimsWith(",\"channels\":{\"a\":[\"Subscribe\"]}"), "channels:" },
        { ClaimsWith(",\"channels\":{\"a\":[\"all\"]}"), "channels:" },
        { ClaimsWith(",\"channels\":{\"a..b\":[\"subscribe\"]}"), "channels:" },
        { ClaimsWith(",\"channels\":{\"a.>.b\":[\"subscribe\"]}"), "channels:" },
        { ClaimsWith(",\"channels\":{" + string.Join(',', Enumerable.Range(0, 257).Select(i => $"\"c{i}\":[]")) + "}"), "channels:" },
        { ClaimsWith(",\"aud\":\"elsewhere\""), "aud:" },
        { ClaimsWith(",\"deep\":" + new string('[', 40) + new string(']', 40)), "JSON object" },
    };

    [Fact]
    public void Takes_a_good_token_and_says_what_it_gives()
    {
        var token = Sign(Header, ClaimsWith(""","roles":["editor","editor","chief"],"channels":{"orders.>":["subscribe","history"],"$user.u1":["admin"]},"extra":{"a":[1,{}]}"""));

        var good = Assert.IsType<JwtVerdict.Good>(Verify(token));

        var identity = good.Token.Identity;
        Assert.Equal("u1", identity.User);
        Assert.Equal(["editor", "chief"], identity.Roles);
        Assert.Equal(["orders.>=Subscribe, History", "$user.u1=Admin"], identity.Grants.Select(grant => $"{grant.Pattern}={grant.Rights}"));
        Assert.Equal(NowSeconds * 1_000, identity.IssuedUnixMs);
        Assert.Equal((NowSeconds + 3_600 + 30) * 1_000, identity.ExpiresUnixMs);
        Assert.False(identity.IsTrusted);
    }

    [Theory]
    [InlineData("""{"alg":"HS256"}""")]
    [InlineData("""{"typ":"jwt","alg":"HS256"}""")]
    [InlineData("""{"alg":"HS256","typ":"at+jwt"}""")]
    [InlineData("""{"alg":"HS256","typ":"application/at+JWT","x5t":"ignored"}""")]
    public void Takes_the_types_that_a_token_for_access_may_have(string header) => Assert.IsType<JwtVerdict.Good>(Verify(Sign(header, Claims)));

    [Fact]
    public void Takes_keys_by_their_names()
    {
        Assert.IsType<JwtVerdict.Good>(Verify(Sign("""{"alg":"RS256","kid":"rsa"}""", Claims, RsaKey)));
        Assert.IsType<JwtVerdict.Good>(Verify(Sign("""{"alg":"ES256","kid":"ec"}""", Claims, EcKey)));
        // Without a name: the only one of the algorithm.
        Assert.IsType<JwtVerdict.Good>(Verify(Sign("""{"alg":"ES256"}""", Claims, EcKey)));
    }

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public void Refuses_a_header_although_the_signature_is_right(string header, string reason) =>
        Assert.Contains(reason, Refused(Sign(header, Claims)).Reason, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(BadClaims))]
    public void Refuses_claims_although_the_signature_is_right(string claims, string reason) =>
        Assert.Contains(reason, Refused(Sign(Header, claims)).Reason, StringComparison.Ordinal);

    [Fact]
    public void A_public_key_is_no_secret()
    {
        // The classic confusion (RFC 8725, 2.1): HS256 over the text of the public key.
        var publicKey = SharedKey("rsa", Rsa.ExportSubjectPublicKeyInfoPem().Replace("-----BEGIN", "", StringComparison.Ordinal));
        var token = Sign("""{"alg":"HS256","kid":"rsa"}""", Claims, publicKey);

        Assert.Contains("kid:", Refused(token).Reason, StringComparison.Ordinal);
        Assert.False(JwtKey.TryFromSecret(null, Rsa.ExportSubjectPublicKeyInfoPem(), out _, out var error));
        Assert.Contains("a PEM came", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_is_never_tried_with_another_algorithm()
    {
        Assert.Contains("kid:", Refused(Sign("""{"alg":"RS256","kid":"ec"}""", Claims, RsaKey)).Reason, StringComparison.Ordinal);
        Assert.Contains("kid:", Refused(Sign("""{"alg":"HS256","kid":"rsa"}""", Claims)).Reason, StringComparison.Ordinal);
        Assert.Contains("signature", Refused(Sign("""{"alg":"ES256"}""", Claims, RsaKey)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_without_kid_must_not_be_ambiguous()
    {
        var keys = new JwtKeySet([SharedKey("a"), SharedKey("b", Secret + "b")]);

        var verdict = _verifier.Verify(Sign(Header, Claims), keys, Now);

        Assert.Contains("more than one", Assert.IsType<JwtVerdict.Refused>(verdict).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_not_known_may_be_known_later()
    {
        Assert.IsType<JwtVerdict.KeyMissing>(Verify(Sign("""{"alg":"ES256","kid":"new"}""", Claims, EcKey)));
        // Secrets are not published anywhere.
        Assert.IsType<JwtVerdict.Refused>(Verify(Sign("""{"alg":"HS256","kid":"new"}""", Claims)));
        Assert.IsType<JwtVerdict.KeyMissing>(_verifier.Verify(Sign("""{"alg":"ES256"}""", Claims, EcKey), new JwtKeySet([Shared]), Now));
    }

    [Fact]
    public void A_signature_of_ES256_is_64_bytes_and_not_DER()
    {
        var signed = $"{Encode("""{"alg":"ES256","kid":"ec"}""")}.{Encode(Claims)}";
        var der = Ec.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

        Assert.Contains("signature", Refused($"{signed}.{Base64Url.EncodeToString(der)}").Reason, StringComparison.Ordinal);
        Assert.Contains("signature", Refused($"{signed}.{Base64Url.EncodeToString(new byte[64])}").Reason, StringComparison.Ordinal);
        Assert.Contains("signature", Refused($"{signed}.{Base64Url.EncodeToString(new byte[63])}").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_of_RS256_is_as_long_as_its_key()
    {
        var signed = $"{Encode("""{"alg":"RS256","kid":"rsa"}""")}.{Encode(Claims)}";
        var signature = RsaKey.Sign(Encoding.ASCII.GetBytes(signed));
        var pss = Rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

        Assert.Contains("signature", Refused($"{signed}.{Base64Url.EncodeToString([0, .. signature])}").Reason, StringComparison.Ordinal);
        Assert.Contains("signature", Refused($"{signed}.{Base64Url.EncodeToString(signature.AsSpan(1))}").Reason, StringComparison.Ordinal);
        Assert.Contains("signature", Refused($"{signed}.{Base64Url.EncodeToString(pss)}").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_one_text_for_one_token()
    {
        var parts = Sign(Header, Claims).Split('.');
        string[] others =
        [
            "", ".", "..", "...", "a.b", string.Join('.', parts[..2]), string.Join('.', [.. parts, parts[2]]), $"{parts[0]}.{parts[1]}.", $".{parts[1]}.{parts[2]}",
            $"{parts[0]}=.{parts[1]}.{parts[2]}", $"{parts[0]}.{parts[1]}.{parts[2]}=", $" {parts[0]}.{parts[1]}.{parts[2]}", $"{parts[0]}.{parts[1]}.{parts[2]}\n",
            $"{parts[0]}.{parts[1]}.{parts[2].Replace('-', '+').Replace('_', '/')}+", $"{parts[0]}.{parts[1]}.{WithSpareBit(parts[2])}",
            $"{parts[0]}.{parts[1]}.{parts[2]}\u0131", new string('a', 8_193),
        ];

        Assert.All(others, token => Refused(token));
    }

    private static JwtVerdict Verify(string token) => _verifier.Verify(token, _keys, Now);

    private static JwtVerdict.Refused Refused(string token)
    {
        var refused = Assert.IsType<JwtVerdict.Refused>(Verify(token));
        Assert.False(refused.IsExpired);
        return refused;
    }

    /// <summary>The same bytes to a lenient decoder: a bit that stands for nothing is set.</summary>
    private static string WithSpareBit(string signature)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return signature[..^1] + alphabet[alphabet.IndexOf(signature[^1], StringComparison.Ordinal) | 1];
    }
}
