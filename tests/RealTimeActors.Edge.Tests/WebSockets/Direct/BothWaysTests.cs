using System.Text;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Edge.WebSockets;
using RealTimeActors.Edge.WebSockets.Direct;
using RealTimeActors.Engine.Access;

namespace RealTimeActors.Edge.Tests.WebSockets.Direct;

public sealed class BothWaysTests
{
    private const string Usual = "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n" + RawClient.Key;

    [Theory]
    [InlineData("GET /v1/ws HTTP/1.1", Usual)]
    [InlineData("GET /v1/ws HTTP/1.1", Usual + "Origin: https://evil.example\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1", Usual + "Origin: http://localhost\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1", Usual + "Origin: http://localhost\r\nOrigin: https://evil.example\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1", Usual + "Origin: http://localhost, https://evil.example\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1", Usual + "Host: rebound.example\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1", Usual + "Sec-WebSocket-Protocol: soap\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1", Usual + "Sec-WebSocket-Version: 12\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1", Usual + "Content-Length: 5\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1", Usual + "Transfer-Encoding: chunked\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1", Usual + "X-Folded: a\r\n b\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1", Usual + "X-Return: a\rb\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1", Usual + "X-Zero: a\0b\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1", "Connection: close\r\nUpgrade: websocket\r\n" + RawClient.Key)]
    [InlineData("GET /v1/ws HTTP/1.1", "Connection: Upgrade\r\n" + RawClient.Key)]
    [InlineData("GET /v1/ws HTTP/1.1", "Connection: Upgrade\r\nUpgrade: h2c\r\n" + RawClient.Key)]
    [InlineData("GET /v1/ws HTTP/1.1", "")]
    [InlineData("GET /v1/ws HTTP/1.0", Usual)]
    [InlineData("GET /v1/ws HTTP/9.9", Usual)]
    [InlineData("GET /v1/ws?x=1 HTTP/1.1", Usual)]
    [InlineData("GET /v1/%77s HTTP/1.1", Usual)]
    [InlineData("GET /V1/WS HTTP/1.1", Usual)]
    [InlineData("GET /v1/./ws HTTP/1.1", Usual)]
    [InlineData("GET //v1/ws HTTP/1.1", Usual)]
    [InlineData("POST /v1/ws HTTP/1.1", Usual)]
    [InlineData("GET /healthz HTTP/1.1", Usual)]
    [InlineData("nonsense", Usual)]
    public async Task Answer_alike(string line, string headers)
    {
        await using var kestrel = await EdgeServer.StartAsync();
        await using var direct = await EdgeServer.StartAsync(isDirect: true);

        var expected = await AskAsync(kestrel, line, headers);
        var answered = await AskAsync(direct, line, headers);

        Assert.Equal(expected, answered);
    }

    [Fact]
    public async Task A_plain_handshake_is_taken_without_Kestrel_and_nothing_else_is()
    {
        await using var server = await EdgeServer.StartAsync(isDirect: true);

        var (plain, onItsSocket) = await server.OpenAsync();
        using var _ = plain;
        using var early = new RawClient(server.Address);
        await early.HandshakeAsync(RawClient.Key, early: RawClient.Frame(0x81, """{"id":1,"ping":{}}"""u8.ToArray()));
        var behindKestrel = await server.Engine.NextConnectionAsync();

        Assert.IsType<DirectTransport>(onItsSocket.Transport);
        Assert.IsType<PipedTransport>(behindKestrel.Transport);
        Assert.Equal(1, (await behindKestrel.NextAsync<RealTimeActors.Protocol.Frames.ClientFrame.Ping>()).Id);
    }

    [Fact]
    public async Task A_head_in_pieces_is_Kestrels_from_its_first_byte()
    {
        await using var server = await EdgeServer.StartAsync(isDirect: true);
        using var client = new RawClient(server.Address);

        await client.SendAsync("GET /v1/w"u8.ToArray());
        await server.KestrelTakesOneAsync();
        await client.SendAsync(Encoding.ASCII.GetBytes($"s HTTP/1.1\r\nHost: {server.Address.Authority}\r\n{Usual}\r\n"));

        Assert.Equal("HTTP/1.1 101 Switching Protocols", await client.ReadLineAsync());
        Assert.IsType<PipedTransport>((await server.Engine.NextConnectionAsync()).Transport);
    }

    [Fact]
    public async Task Count_the_same_places()
    {
        await using var server = await EdgeServer.StartAsync(new EdgeOptions { ConnectionsMax = 1 }, isDirect: true);
        using var behindKestrel = new RawClient(server.Address);
        await behindKestrel.HandshakeAsync(RawClient.Key, early: RawClient.Frame(0x81, "{}"u8.ToArray()));
        using var second = new RawClient(server.Address);

        var refused = await second.HandshakeAsync(RawClient.Key);

        Assert.StartsWith("HTTP/1.1 503 ", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("realtime.http.websocket.direct=true")]
    [InlineData("realtime.http.websocket.direct=false")]
    public async Task Take_the_token_of_the_handshake_and_refuse_a_bad_one(string way)
    {
        await using var server = await SecuredServer.StartWithTokensAsync(way);
        using var good = new RawClient(server.Address);
        using var bad = new RawClient(server.Address);
        using var other = new RawClient(server.Address);

        Assert.StartsWith("HTTP/1.1 101 ", await good.HandshakeAsync($"{RawClient.Key}Authorization: Bearer {SecuredServer.Token("u1", "a.>", Rights.All)}\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 401 ", await bad.HandshakeAsync($"{RawClient.Key}Authorization: Bearer a.b.c\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 401 ", await other.HandshakeAsync($"{RawClient.Key}Authorization: Basic dTpw\r\n"), StringComparison.Ordinal);

        await good.SendTextAsync("""{"id":1,"hello":{}}""");
        Assert.Contains("welcome", Encoding.UTF8.GetString((await good.ReadFrameAsync()).Payload), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("realtime.http.websocket.direct=true")]
    [InlineData("realtime.http.websocket.direct=false")]
    public async Task Ask_the_hello_for_a_token_where_the_handshake_had_none(string way)
    {
        await using var server = await SecuredServer.StartWithTokensAsync(way);
        using var client = new RawClient(server.Address);
        await client.UpgradeAsync(null);

        await client.SendTextAsync("""{"id":1,"hello":{}}""");

        Assert.Contains("\"close\":{\"code\":4300", Encoding.UTF8.GetString((await client.ReadFrameAsync()).Payload), StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(EdgeServer server, string line, string headers)
    {
        using var client = new RawClient(server.Address);
        await client.SendAsync(Encoding.Latin1.GetBytes($"{line}\r\nHost: {server.Address.Authority}\r\n{headers}\r\n"));
        return await client.ReadLineAsync();
    }
}
