using System.Text;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Hosting.Settings;

namespace RealTimeActors.Edge.Tests.Authentication;

public sealed class NothingSecretIsLoggedTests
{
    [Fact]
    public async Task No_line_at_any_level_holds_a_token_or_the_secret_whatever_is_done_with_them()
    {
        var token = SecuredServer.Token();
        var tampered = token[..^4] + "AAAA";
        await using var server = await SecuredServer.StartWithTokensAsync();
        using (var client = new RawClient(server.Address))
        {
            await client.UpgradeAsync(null);
            await client.SendTextAsync("{\"id\":1,\"hello\":{\"token\":\"" + token + "\"}}");
            await client.ReadFrameAsync();
            await client.SendTextAsync("{\"id\":2,\"refresh\":{\"token\":\"" + tampered + "\"}}");
            await client.ReadFrameAsync();
            await client.SendTextAsync("{\"id\":3,\"refresh\":{\"token\":\"" + token + "\"");
            await client.ReadFrameAsync();
        }

        string[] requests =
        [
            $"GET /v1/channels/a.b/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n",
            $"GET /v1/channels/a.b/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {tampered}\r\n\r\n",
            // Mistakes of clients: in the address, in a header that cannot be read, in the place of the method.
            $"GET /v1/channels/a.b/events?token={token} HTTP/1.1\r\nHost: localhost\r\n\r\n",
            $"GET /v1/{token} HTTP/1.1\r\nHost: localhost\r\n\r\n",
            $"GET /readyz HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\0\r\n\r\n",
            $"GET /readyz HTTP/1.1\r\nHost: localhost\r\nAuthorization Bearer {token}\r\n\r\n",
            $"GET /readyz HTTP/1.1\r\nHost: {token}/\r\n\r\n",
            $"{token} / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        ];
        foreach (var request in requests)
        {
            using var client = new RawClient(server.Address);
            await client.SendAsync(Encoding.ASCII.GetBytes(request));
            await client.ReadLineAsync();
        }

        string[] secrets = [TokenForge.Secret, token.Split('.')[1], token.Split('.')[2]];
        Assert.True(server.Log.Lines.Count > 20, "There are no lines, so this shows nothing.");
        Assert.Contains(server.Log.Lines, line => line.Contains("A token was rejected", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Log.Lines, line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("realtime.auth.jwt.hs256-secret=hunter2hunter2")]
    [InlineData("realtime.auth.jwt=hunter2hunter2")]
    [InlineData("realtime.auth.jwt.hs256-secret=[hunter2hunter2]")]
    [InlineData("realtime.auth.jwt.hs256-secrets=hunter2hunter2")]
    [InlineData("realtime.auth.jwt.keys=hunter2hunter2")]
    [InlineData("realtime.auth.jwt.keys=[hunter2hunter2]")]
    [InlineData("""realtime.auth.jwt.keys=[{"algorithm":"HS256","secret":"hunter2hunter2"}]""")]
    [InlineData("""realtime.auth.jwt.keys=[{"algorithm":"RS256","pem":"hunter2hunter2"}]""")]
    [InlineData("""realtime.auth.jwt.keys=[{"algorithm":"RS256","pem":"-----BEGIN hunter2hunter2"}]""")]
    [InlineData("""realtime.auth.jwt.keys=[{"algorithm":"ES256","secret":"hunter2hunter2"}]""")]
    [InlineData("realtime.auth.jwt.jwks-url=https://u:hunter2hunter2@id.example/")]
    [InlineData("realtime.http.tls.password=hunter2hunter2")]
    public void No_problem_with_the_configuration_repeats_a_secret(string set)
    {
        var bad = Assert.Throws<SettingsException>(() => SettingsReader.Read(SettingsSource.Load(null, [set, "realtime.auth.mode=jwt"])));

        Assert.DoesNotContain("hunter2", bad.Message, StringComparison.Ordinal);
    }
}
