using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.Tests.WebSockets;

public class HandshakeTests : TwoWays
{
    [Fact]
    public async Task Answers_the_key_of_the_specification_with_its_accept_value()
    {
        await using var server = await StartAsync();
        using var client = new RawClient(server.Address);

        var answer = await client.HandshakeAsync(RawClient.Key);

        Assert.StartsWith("HTTP/1.1 101 ", answer, StringComparison.Ordinal);
        Assert.Contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Sec-WebSocket-Protocol", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Sec-WebSocket-Extensions", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("realtime.v1.json", "realtime.v1.json", WireFormat.WebSocketJson)]
    [InlineData("realtime.v1.proto", "realtime.v1.proto", WireFormat.WebSocketProtobuf)]
    [InlineData("soap, realtime.v1.proto, realtime.v1.json", "realtime.v1.proto", WireFormat.WebSocketProtobuf)]
    public async Task Takes_the_first_subprotocol_that_is_known(string offered, string taken, WireFormat format)
    {
        await using var server = await StartAsync();
        using var client = new RawClient(server.Address);

        var answer = await client.HandshakeAsync($"{RawClient.Key}Sec-WebSocket-Protocol: {offered}\r\n");
        var connection = await server.Engine.NextConnectionAsync();

        Assert.Contains($"Sec-WebSocket-Protocol: {taken}\r\n", answer, StringComparison.Ordinal);
        Assert.Equal(format, connection.Transport.Format);
    }

    [Theory]
    [InlineData("Sec-WebSocket-Version: 12\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", 426)]
    [InlineData("Sec-WebSocket-Version: 13\r\n", 400)]
    [InlineData("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n", 400)]
    [InlineData("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ????????????????????????\r\n", 400)]
    [InlineData(RawClient.Key + "Sec-WebSocket-Protocol: soap\r\n", 400)]
    [InlineData(RawClient.Key + "Origin: https://evil.example\r\n", 403)]
    [InlineData(RawClient.Key + "Origin: null\r\n", 403)]
    public async Task Refuses_what_is_no_handshake(string headers, int status)
    {
        await using var server = await StartAsync();
        using var client = new RawClient(server.Address);

        var answer = await client.HandshakeAsync(headers);

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:3000")]
    [InlineData("http://127.0.0.1")]
    [InlineData("https://app.example.org")]
    public async Task Takes_pages_of_this_machine_and_of_the_list(string origin)
    {
        await using var server = await StartAsync(new EdgeOptions { Origins = ["https://app.example.org"] });
        using var client = new RawClient(server.Address);

        var answer = await client.HandshakeAsync($"{RawClient.Key}Origin: {origin}\r\n");

        Assert.StartsWith("HTTP/1.1 101 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_page_whose_own_name_was_made_to_point_here()
    {
        await using var server = await StartAsync();
        using var client = new RawClient(server.Address);

        var answer = await client.HandshakeAsync(RawClient.Key, host: $"rebound.example:{server.Address.Port}");

        Assert.StartsWith("HTTP/1.1 403 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Turns_away_whoever_comes_when_all_places_are_taken_and_takes_the_next_when_one_is_free()
    {
        await using var server = await StartAsync(new EdgeOptions { ConnectionsMax = 1 });
        var (first, connection) = await server.OpenAsync();
        using var second = new RawClient(server.Address);

        var refused = await second.HandshakeAsync(RawClient.Key);
        Assert.StartsWith("HTTP/1.1 503 ", refused, StringComparison.Ordinal);
        Assert.Contains("Retry-After: 5", refused, StringComparison.Ordinal);

        await first.SendCloseAsync(1000);
        Assert.Equal(1000, (await first.ReadCloseAsync()).Status);
        await first.ReadToEndAsync();
        await connection.WhenClosedAsync();
        using var third = await server.ConnectAsync();

        Assert.NotNull(await server.Engine.NextConnectionAsync());
        first.Dispose();
    }

    [Fact]
    public async Task Says_why_while_it_is_not_ready()
    {
        await using var server = await StartAsync();
        server.Engine.NotReady = "the server is stopping";
        using var client = new RawClient(server.Address);

        var answer = await client.HandshakeAsync(RawClient.Key);

        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Contains("Retry-After: ", answer, StringComparison.Ordinal);
    }
}
