using Microsoft.Extensions.Configuration;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Engine.Access;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.Tests.Settings;

public sealed class AuthSettingsTests
{
    [Fact]
    public void Reads_keys_of_every_kind()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, TokenForge.Ec.ExportSubjectPublicKeyInfoPem());
        var pem = TokenForge.Rsa.ExportSubjectPublicKeyInfoPem().ReplaceLineEndings("\\n");

        var settings = Read(
            $"realtime.auth.jwt.hs256-secret={TokenForge.Secret}",
            $$"""realtime.auth.jwt.keys=[{"kid":"a","algorithm":"RS256","pem":"{{pem}}"},{"kid":"b","algorithm":"ES256","pem":"{{file}}"},{"kid":"c","algorithm":"HS256","secret":"{{TokenForge.Secret}}"}]""",
            "realtime.auth.jwt.jwks-url=https://id.example/jwks.json", "realtime.auth.jwt.issuer=https://id.example", "realtime.auth.jwt.audience=realtime", "realtime.auth.jwt.max-lifetime=1h");
        File.Delete(file);

        Assert.Equal(["HS256, without kid", "RS256, kid a", "ES256, kid b", "HS256, kid c"], settings.Jwt!.Keys.Select(key => key.ToString()));
        Assert.Equal(("https://id.example/jwks.json", "https://id.example", "realtime"), (settings.Jwt.JwksUrl!.ToString(), settings.Jwt.Issuer, settings.Jwt.Audiences.Single()));
        Assert.Equal(TimeSpan.FromHours(1), settings.Jwt.LifetimeMax);
        Assert.Equal(TimeSpan.FromHours(1), settings.Engine.TokenLifetimeMax);
    }

    [Fact]
    public void Audiences_may_be_several() => Assert.Equal(["a", "b"], Read("realtime.auth.jwt.audience=[a,b]", $"realtime.auth.jwt.hs256-secret={TokenForge.Secret}").Jwt!.Audiences);

    [Fact]
    public void With_tokens_the_server_may_listen_for_the_world()
    {
        var settings = Read($"realtime.auth.jwt.hs256-secret={TokenForge.Secret}", "realtime.http.host=0.0.0.0");

        Assert.False(settings.Edge.ListensOnLoopback);
        Assert.True(Read($"realtime.auth.jwt.hs256-secret={TokenForge.Secret}").Edge.ListensOnLoopback);
    }

    [Theory]
    [InlineData("realtime.auth.jwt.hs256-secret=short", "realtime.auth.jwt.hs256-secret (--set): a secret of at least 32 bytes is expected; one of 5 came")]
    [InlineData("realtime.auth.jwt.jwks-url=http://id.example/", "https is expected; http came, which is only taken on this machine, and id.example is another")]
    [InlineData("realtime.auth.jwt.jwks-url=id.example", "an absolute https address")]
    [InlineData("""realtime.auth.jwt.keys=[{"kid":"a","pem":"x"}]""", "realtime.auth.jwt.keys.0.algorithm: HS256, RS256 or ES256 is expected; it is absent")]
    [InlineData("""realtime.auth.jwt.keys=[{"kid":"a","algorithm":"none","pem":"x"}]""", "HS256 or RS256 or ES256 is expected; 'none' came")]
    [InlineData("""realtime.auth.jwt.keys=[{"kid":"a","algorithm":"RS256"}]""", "RS256 is expected to have a pem")]
    [InlineData("""realtime.auth.jwt.keys=[{"kid":"../a","algorithm":"HS256","secret":"0123456789abcdef0123456789abcdef"}]""", "a kid of 1 to 128")]
    [InlineData("""realtime.auth.jwt.keys=[{"algorithm":"HS256","secret":"0123456789abcdef0123456789abcdef"},{"algorithm":"HS256","secret":"0123456789abcdef0123456789abcdeF"}]""", "a kid that tells the keys for HS256 apart")]
    [InlineData("realtime.auth.mode=jtw", "realtime.auth.mode (--set): none or jwt is expected; 'jtw' came")]
    [InlineData("realtime.access.default=allow", "realtime.access.default (--set): deny or open is expected; 'allow' came")]
    [InlineData("""realtime.channels=[{"pattern":"a","access":{"authenticated":["read"]}}]""", "realtime.channels.0.access.authenticated (--set): a list of subscribe, publish, history, presence, mutate, admin is expected; 'read' came")]
    [InlineData("""realtime.channels=[{"pattern":"a","access":{"role":{}}}]""", "did you mean realtime.channels.0.access.roles?")]
    public void Says_what_is_expected(string set, string problem)
    {
        var bad = Assert.Throws<SettingsException>(() => Read(set));

        Assert.Contains(bad.Problems, line => line.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Rights_come_from_the_most_specific_rule_that_gives_any()
    {
        var access = Read(
            $"realtime.auth.jwt.hs256-secret={TokenForge.Secret}",
            """realtime.channels=[{"pattern":"a.>","access":{"authenticated":["subscribe"],"roles":{"editor":["publish","history"],"Chief":["admin"]}}},{"pattern":"a.b"}]""").Engine.Access;
        var editor = new Identity { User = "u", Roles = ["editor"] };

        Assert.Equal(Rights.Subscribe | Rights.Publish | Rights.History, access.RightsOf(editor, ChannelName.Parse("a.b")));
        Assert.Equal(Rights.Subscribe | Rights.Admin, access.RightsOf(new Identity { User = "u", Roles = ["Chief"] }, ChannelName.Parse("a.c")));
        Assert.Equal(Rights.None, access.RightsOf(editor, ChannelName.Parse("b")));
    }

    [Fact]
    public void What_is_read_as_a_secret_is_known_as_one()
    {
        var configuration = SettingsSource.Load(null, ["""realtime.auth.jwt.keys=[{"algorithm":"HS256"},{"algorithm":"RS256"}]"""]);

        var secrets = SecretKeys.In(configuration);

        Assert.Contains("realtime.auth.jwt.hs256-secret", secrets);
        Assert.Contains("realtime.auth.jwt.keys.1.pem", secrets);
        Assert.Contains("realtime.http.tls.password", secrets);
        Assert.All(secrets, path => Assert.True(SecretKeys.IsSecret(path), path));
        Assert.False(SecretKeys.IsSecret("realtime.http.port"));
        Assert.False(SecretKeys.IsSecret("realtime.auth.jwt.keys.0.kid"));
    }

    private static ServerSettings Read(params string[] sets) => SettingsReader.Read(SettingsSource.Load(null, ["realtime.auth.mode=jwt", .. sets]));
}
