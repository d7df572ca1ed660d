using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using RealTimeActors.Edge.Authentication.Issuing;
using RealTimeActors.Edge.Authentication.Jwks;
using RealTimeActors.Edge.Authentication.Jwt;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Authentication.Oracle.Tests;

public sealed class AgreementTests
{
    private static readonly JwtVerifier _verifier = new(Library.Options);
    private static readonly JwtKeySet _keys = new(Library.Options.Keys);

    public static TheoryData<string> Algorithms => ["HS256", "RS256", "ES256"];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void What_the_library_makes_is_taken_here(string algorithm)
    {
        SecurityKey key = algorithm switch { "HS256" => Library.Shared, "RS256" => Library.Rsa, _ => Library.Ec };
        var claims = new Dictionary<string, object> { ["roles"] = new[] { "editor" }, ["channels"] = new Dictionary<string, object> { ["a.>"] = new[] { "subscribe" } } };

        var verdict = _verifier.Verify(Library.Make(key, algorithm, claims), _keys, DateTimeOffset.UtcNow);

        var identity = Assert.IsType<JwtVerdict.Good>(verdict).Token.Identity;
        Assert.Equal(("u1", "editor"), (identity.User, identity.Roles.Single()));
        Assert.Equal(new ChannelGrant(ChannelPattern.Parse("a.>"), Rights.Subscribe), identity.Grants.Single());
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void What_is_made_here_is_taken_by_the_library(string algorithm)
    {
        var options = Library.Options with { Keys = [.. Library.Options.Keys.Where(key => key.Algorithm.ToString() == algorithm)] };

        var token = new TokenIssuer(options, TimeProvider.System).Issue(new TokenRequest { Subject = "ü/1", Lifetime = TimeSpan.FromMinutes(10), Roles = ["a", "b"] });
        var (claims, why) = Library.Judge(token);

        Assert.True(claims is not null, why);
        Assert.Equal("ü/1", claims.FindFirst("sub")!.Value);
        Assert.Equal(["a", "b"], claims.FindAll("roles").Select(claim => claim.Value));
    }

    [Fact]
    public void A_key_set_that_the_library_writes_is_read_here()
    {
        var set = new
        {
            keys = new[] { JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(TokenForge.Rsa.ExportParameters(false)) { KeyId = "rsa" }) }
                .Select(key => new { kty = key.Kty, kid = key.Kid, n = key.N, e = key.E, use = "sig" }),
        };

        Assert.True(JwksDocument.TryRead(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(set)), out var document, out var error), error);

        var token = Library.Make(Library.Rsa, "RS256", new Dictionary<string, object>());
        Assert.IsType<JwtVerdict.Good>(_verifier.Verify(token, new JwtKeySet(document.Keys), DateTimeOffset.UtcNow));
    }
}
