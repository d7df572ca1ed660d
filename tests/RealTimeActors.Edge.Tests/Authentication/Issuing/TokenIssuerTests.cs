using RealTimeActors.Edge.Authentication.Issuing;
using RealTimeActors.Edge.Authentication.Jwt;
using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol.Names;
using RealTimeActors.TestKit.Time;
using static RealTimeActors.Edge.Tests.Support.TokenForge;

namespace RealTimeActors.Edge.Tests.Authentication.Issuing;

public sealed class TokenIssuerTests
{
    private readonly VirtualTime _time = new(Now);

    [Theory]
    [InlineData(null)]
    [InlineData("rsa")]
    [InlineData("ec")]
    public void What_it_makes_is_taken_by_a_server_with_the_same_configuration(string? kid)
    {
        var options = new JwtOptions { Keys = [Shared, RsaKey, EcKey], Issuer = "https://id.example", Audiences = ["realtime"] };
        var request = new TokenRequest
        {
            Subject = "u1",
            Lifetime = TimeSpan.FromMinutes(5),
            Roles = ["editor"],
            Channels = [new ChannelGrant(ChannelPattern.Parse("a.>"), Rights.Subscribe | Rights.History), new ChannelGrant(ChannelPattern.Parse("a.>"), Rights.Publish)],
            Kid = kid,
        };

        var token = new TokenIssuer(options, _time).Issue(request);
        var verdict = new JwtVerifier(options).Verify(token, new JwtKeySet(options.Keys), Now);

        var identity = Assert.IsType<JwtVerdict.Good>(verdict).Token.Identity;
        Assert.Equal(("u1", "editor"), (identity.User, identity.Roles.Single()));
        Assert.Equal(Rights.Subscribe | Rights.History | Rights.Publish, identity.Grants.Single().Rights);
        Assert.Equal((NowSeconds + 330) * 1_000, identity.ExpiresUnixMs);
    }

    [Fact]
    public void Says_why_it_cannot()
    {
        var publicOnly = PemKey("pub", JwtAlgorithm.RS256, Rsa.ExportSubjectPublicKeyInfoPem());

        Assert.Contains("there is none", Refused(new JwtOptions(), new TokenRequest { Subject = "u", Lifetime = TimeSpan.FromMinutes(1) }), StringComparison.Ordinal);
        Assert.Contains("only public keys", Refused(new JwtOptions { Keys = [publicOnly] }, new TokenRequest { Subject = "u", Lifetime = TimeSpan.FromMinutes(1) }), StringComparison.Ordinal);
        Assert.Contains("no key of that kid", Refused(new JwtOptions { Keys = [Shared] }, new TokenRequest { Subject = "u", Lifetime = TimeSpan.FromMinutes(1), Kid = "x" }), StringComparison.Ordinal);
        Assert.Contains("max-lifetime", Refused(new JwtOptions { Keys = [Shared] }, new TokenRequest { Subject = "u", Lifetime = TimeSpan.FromDays(2) }), StringComparison.Ordinal);
        Assert.Contains("sub:", Refused(new JwtOptions { Keys = [Shared] }, new TokenRequest { Subject = "", Lifetime = TimeSpan.FromMinutes(1) }), StringComparison.Ordinal);
    }

    private string Refused(JwtOptions options, TokenRequest request) => Assert.Throws<TokenRefusedException>(() => new TokenIssuer(options, _time).Issue(request)).Message;
}
