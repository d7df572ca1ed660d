using System.Text;
using RealTimeActors.Edge.Tests.Support;

namespace RealTimeActors.Edge.Tests.WebSockets;

public class BrokenInputTests : TwoWays
{
    public static TheoryData<string, byte[], int> Broken => new()
    {
        { "a frame without mask", [0x81, 0x02, (byte)'{', (byte)'}'], 1002 },
        { "a reserved bit", RawClient.Frame(0xC1, "{}"u8.ToArray()), 1002 },
        { "an unknown opcode", RawClient.Frame(0x83, []), 1002 },
        { "a fragmented ping", RawClient.Frame(0x09, []), 1002 },
        { "a ping that is too long", RawClient.Frame(0x89, new byte[126]), 1002 },
        { "a continuation of nothing", RawClient.Frame(0x80, "{}"u8.ToArray()), 1002 },
        { "a message within a message", [.. RawClient.Frame(0x01, "{"u8.ToArray()), .. RawClient.Frame(0x81, "}"u8.ToArray())], 1002 },
        { "a close frame of one byte", RawClient.Frame(0x88, [3]), 1002 },
        { "a close status that is none", RawClient.Frame(0x88, [0x03, 0xED]), 1002 },
        { "a close reason that is not UTF-8", RawClient.Frame(0x88, [0x03, 0xE8, 0xFF]), 1007 },
        { "a length with its highest bit set", [0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4], 1009 },
        { "a declared length beyond the limit", [0x81, 0xFF, 0, 0, 0, 0, 0, 0x10, 0, 1, 1, 2, 3, 4], 1009 },
        { "text that is not UTF-8", RawClient.Frame(0x81, [(byte)'"', 0xC3, 0x28, (byte)'"']), 1007 },
        { "a binary message where text is spoken", RawClient.Frame(0x82, "{}"u8.ToArray()), 1003 },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Says_what_is_wrong_and_closes(string what, byte[] bytes, int status)
    {
        await using var server = await StartAsync();
        var (client, connection) = await server.OpenAsync();
        using var _ = client;

        await client.SendAsync(bytes);
        var close = await client.ReadCloseAsync();

        Assert.True(status == close.Status, $"{what}: {status} is expected; {close} came.");
        Assert.NotEqual("", close.Reason);
        await connection.WhenClosedAsync();
        Assert.True(await client.ReadToEndAsync(), "The connection was reset; the close frame might have been lost.");
    }

    [Fact]
    public async Task Refuses_fragments_that_add_up_to_too_much()
    {
        await using var server = await StartAsync(new EdgeOptions { MessageBytesMax = 10_000 });
        var (client, connection) = await server.OpenAsync();
        using var _ = client;

        await client.SendFrameAsync(0x01, new byte[6_000]);
        await client.SendFrameAsync(0x00, new byte[6_000]);

        Assert.Equal(1009, (await client.ReadCloseAsync()).Status);
        await connection.WhenClosedAsync();
    }

    [Fact]
    public async Task The_close_frame_arrives_although_the_client_is_still_sending()
    {
        await using var server = await StartAsync();
        var (client, connection) = await server.OpenAsync();
        using var _ = client;

        await client.SendAsync([.. RawClient.Frame(0x83, []), .. new byte[200_000]]);

        Assert.Equal(1002, (await client.ReadCloseAsync()).Status);
        await connection.WhenClosedAsync();
        Assert.True(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_client_that_stops_in_the_middle_of_its_request_costs_nobody_else()
    {
        await using var server = await StartAsync();
        using var slow = new RawClient(server.Address);
        await slow.SendAsync(Encoding.ASCII.GetBytes("GET /v1/ws HTTP/1.1\r\nHost: "));

        var (client, connection) = await server.OpenAsync();
        await client.SendTextAsync("""{"id":1,"ping":{}}""");

        Assert.Equal(1, (await connection.NextAsync<RealTimeActors.Protocol.Frames.ClientFrame.Ping>()).Id);
        client.Dispose();
    }
}
