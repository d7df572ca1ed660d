using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Engine.Access;

namespace RealTimeActors.Edge.Tests.Authentication;

public sealed class TokensOverHttpTests
{
    [Fact]
    public async Task Who_has_no_token_or_a_bad_one_is_told_what_is_expected()
    {
        await using var server = await SecuredServer.StartWithTokensAsync();

        var (none, nothing) = await ReadAsync(server, null);
        var (bad, reason) = await ReadAsync(server, new AuthenticationHeaderValue("Bearer", "a.b.c"));
        var (other, _) = await ReadAsync(server, new AuthenticationHeaderValue("Basic", "dTpw"));

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized], [none.StatusCode, bad.StatusCode, other.StatusCode]);
        Assert.Equal("Bearer", none.Headers.WwwAuthenticate.Single().ToString());
        Assert.Equal("Bearer error=\"invalid_token\"", bad.Headers.WwwAuthenticate.Single().ToString());
        Assert.Equal(102, nothing.GetProperty("code").GetInt32());
        Assert.Contains("base64url", reason.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_token_is_told_from_a_bad_one()
    {
        await using var server = await SecuredServer.StartWithTokensAsync();
        var token = TokenForge.Sign(TokenForge.Header, """{"sub":"u1","exp":1000000000}""");

        var (answer, problem) = await ReadAsync(server, new AuthenticationHeaderValue("Bearer", token));

        Assert.Equal((HttpStatusCode.Unauthorized, 112), (answer.StatusCode, problem.GetProperty("code").GetInt32()));
    }

    [Theory]
    [InlineData("a.>", Rights.History, 200)]
    [InlineData("a.>", Rights.Publish, 403)]
    [InlineData("b.>", Rights.All, 403)]
    public async Task A_good_one_may_what_it_says(string pattern, Rights rights, int status)
    {
        await using var server = await SecuredServer.StartWithTokensAsync();

        var (answer, _) = await ReadAsync(server, new AuthenticationHeaderValue("bearer", SecuredServer.Token("u1", pattern, rights)));

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("""realtime.channels=[{"pattern":"a.>","access":{"authenticated":["history"]}}]""", 200)]
    [InlineData("""realtime.channels=[{"pattern":"a.>","access":{"roles":{"reader":["history"]}}}]""", 200)]
    [InlineData("""realtime.channels=[{"pattern":"a.>","access":{"roles":{"writer":["history"]}}}]""", 403)]
    [InlineData("""realtime.channels=[{"pattern":"a.>","access":{"authenticated":["history"]}},{"pattern":"a.b","access":{"authenticated":[]}}]""", 403)]
    [InlineData("realtime.access.default=open", 200)]
    [InlineData("realtime.access.default=deny", 403)]
    public async Task The_configuration_gives_rights_besides(string set, int status)
    {
        await using var server = await SecuredServer.StartWithTokensAsync(set);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var token = TokenForge.Sign(TokenForge.Header, "{\"sub\":\"u1\",\"exp\":" + (now + 600) + ",\"roles\":[\"reader\"]}");

        var (answer, _) = await ReadAsync(server, new AuthenticationHeaderValue("Bearer", token));

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_server_for_the_world_is_reached_by_any_name_and_its_own_pages()
    {
        await using var server = await SecuredServer.StartWithTokensAsync("realtime.http.host=0.0.0.0");
        using var client = new RawClient(new UriBuilder(server.Address) { Host = "127.0.0.1" }.Uri);
        using var page = new RawClient(new UriBuilder(server.Address) { Host = "127.0.0.1" }.Uri);
        using var stranger = new RawClient(new UriBuilder(server.Address) { Host = "127.0.0.1" }.Uri);

        Assert.StartsWith("HTTP/1.1 101 ", await client.HandshakeAsync(RawClient.Key, "rt.example.org"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 101 ", await page.HandshakeAsync($"{RawClient.Key}Origin: https://rt.example.org\r\n", "rt.example.org"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 403 ", await stranger.HandshakeAsync($"{RawClient.Key}Origin: http://localhost:3000\r\n", "rt.example.org"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_WebSocket_the_token_comes_in_the_header_or_in_the_hello()
    {
        await using var server = await SecuredServer.StartWithTokensAsync();
        var token = SecuredServer.Token();
        using var header = new RawClient(server.Address);
        using var hello = new RawClient(server.Address);
        using var bad = new RawClient(server.Address);

        await header.HandshakeAsync($"{RawClient.Key}Authorization: Bearer {token}\r\n");
        await header.SendTextAsync("""{"id":1,"hello":{}}""");
        await hello.UpgradeAsync(null);
        await hello.SendTextAsync("{\"id\":1,\"hello\":{\"token\":\"" + token + "\"}}");

        Assert.Contains("welcome", Encoding.UTF8.GetString((await header.ReadFrameAsync()).Payload), StringComparison.Ordinal);
        Assert.Contains("welcome", Encoding.UTF8.GetString((await hello.ReadFrameAsync()).Payload), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 401 ", await bad.HandshakeAsync($"{RawClient.Key}Authorization: Bearer {token}x\r\n"), StringComparison.Ordinal);
    }

    private static async Task<(HttpResponseMessage Answer, JsonElement Body)> ReadAsync(SecuredServer server, AuthenticationHeaderValue? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/channels/a.b/events?from=earliest") { Headers = { Authorization = authorization } };
        var answer = await server.Http.SendAsync(request);
        return (answer, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }
}
