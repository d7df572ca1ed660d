using System.Text;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Misuse;

/// <summary>Bytes that no WebSocket library would send. Whatever comes, only its own connection has to bear it.</summary>
public sealed class RawWebSocketTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly ServerProcess _server = shared.Server;

    public static TheoryData<string, byte[], int> Violations { get; } = new()
    {
        { "a frame that is not masked", [0x81, 0x02, (byte)'{', (byte)'}'], 1002 },
        { "a reserved bit", RawSocket.Frame(0xC1, "{}"u8.ToArray()), 1002 },
        { "a reserved opcode", RawSocket.Frame(0x83, []), 1002 },
        { "a ping in fragments", RawSocket.Frame(0x09, []), 1002 },
        { "a ping of 126 bytes", RawSocket.Frame(0x89, new byte[126]), 1002 },
        { "a continuation of nothing", RawSocket.Frame(0x80, "{}"u8.ToArray()), 1002 },
        { "a message within a message", [.. RawSocket.Frame(0x01, "{"u8.ToArray()), .. RawSocket.Frame(0x81, "}"u8.ToArray())], 1002 },
        { "text that is not UTF-8", RawSocket.Frame(0x81, [0xC3, 0x28]), 1007 },
        { "binary where text is spoken", RawSocket.Frame(0x82, [0x00]), 1003 },
        { "a declared length of 2 MiB", [0x81, 0xFF, 0, 0, 0, 0, 0, 0x20, 0, 0, 1, 2, 3, 4], 1009 },
        { "a declared length of 2^63", [0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4], 1002 },
        { "fragments that never end", [.. RawSocket.Frame(0x01, []), .. Enumerable.Repeat(RawSocket.Frame(0x00, []), 2_000).SelectMany(frame => frame)], 4405 },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task A_violation_closes_its_connection_with_a_status_and_no_other(string what, byte[] bytes, int status)
    {
        await using var bystander = await WireClient.FollowAsync(_server, "misuse.bystander");
        await using var socket = await RawSocket.OpenAsync(_server);

        await socket.SendAsync(bytes);
        var came = await socket.CloseStatusAsync();

        // RFC 6455 leaves some of these to either 1002 or 1009.
        Assert.True(came == status || (status is 1002 or 1009 && came is 1002 or 1009), $"After {what} a close with {status} is expected; {came} came.");
        await bystander.AskAsync("ping", "{}", "pong");
    }

    [Fact]
    public async Task A_message_in_fragments_with_pings_between_is_one_message()
    {
        await using var socket = await RawSocket.OpenAsync(_server);

        await socket.SendFrameAsync(0x01, """{"id":2,"""u8.ToArray());
        await socket.SendFrameAsync(0x89, "between"u8.ToArray());
        await socket.SendFrameAsync(0x00, "\"ping\""u8.ToArray());
        await socket.SendFrameAsync(0x80, ":{}}"u8.ToArray());

        Assert.Equal((10, "between"), Text(await socket.ReadFrameAsync()));
        Assert.Equal((1, """{"id":2,"pong":{}}"""), Text(await socket.ReadFrameAsync()));
    }

    [Fact]
    public async Task A_frame_that_comes_byte_by_byte_is_read_like_any_other()
    {
        await using var socket = await RawSocket.OpenAsync(_server);

        foreach (var one in RawSocket.Frame(0x81, """{"id":2,"ping":{}}"""u8.ToArray()))
            await socket.SendAsync([one]);

        Assert.Equal((1, """{"id":2,"pong":{}}"""), Text(await socket.ReadFrameAsync()));
    }

    [Fact]
    public async Task A_flood_of_pings_that_reads_no_answer_costs_the_others_nothing()
    {
        await using var bystander = await WireClient.FollowAsync(_server, "misuse.flood");
        await using var socket = await RawSocket.OpenAsync(_server);
        var flood = Enumerable.Repeat(RawSocket.Frame(0x89, new byte[100]), 500).SelectMany(frame => frame).ToArray();
        for (var i = 0; i < 4; i++)
            await socket.SendAsync(flood);

        await bystander.PublishRunAsync("misuse.flood", 1, 100);

        Log.AssertOffsets(await bystander.TakeEventsAsync(100), 1, 100);
        Assert.Equal(4405, await socket.CloseStatusAsync());
    }

    [Theory]
    [InlineData("12", "dGhlIHNhbXBsZSBub25jZQ==", "", "websocket", "426")]
    [InlineData("13", "short", "", "websocket", "400")]
    [InlineData("13", "dGhlIHNhbXBsZSBub25jZQ==", "", "h2c", "426")]
    [InlineData("13", "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: soap\r\n", "websocket", "400")]
    [InlineData("13", "dGhlIHNhbXBsZSBub25jZQ==", "Origin: https://elsewhere.example\r\n", "websocket", "403")]
    public async Task A_handshake_that_cannot_be_taken_is_refused_before_the_upgrade(string version, string key, string more, string upgrade, string status)
    {
        await using var socket = await RawSocket.ConnectAsync(_server);

        Assert.StartsWith($"HTTP/1.1 {status}", await socket.ShakeHandsAsync(_server, version, key, more, upgrade), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_handshake_is_answered_as_the_standard_says()
    {
        await using var socket = await RawSocket.ConnectAsync(_server);

        var head = await socket.ShakeHandsAsync(_server, more: "Sec-WebSocket-Protocol: chat, realtime.v1.json\r\nSec-WebSocket-Extensions: permessage-deflate\r\n");

        Assert.Contains("\r\nUpgrade: websocket\r\n", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nConnection: Upgrade\r\n", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nSec-WebSocket-Protocol: realtime.v1.json\r\n", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Extensions", head, StringComparison.OrdinalIgnoreCase);
    }

    private static (int Opcode, string Text) Text((int Opcode, byte[] Payload) frame) => (frame.Opcode, Encoding.UTF8.GetString(frame.Payload).TrimEnd('\n'));
}
