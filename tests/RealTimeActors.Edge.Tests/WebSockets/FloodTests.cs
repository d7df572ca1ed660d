using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.Tests.WebSockets;

public class FloodTests : TwoWays
{
    public static TheoryData<string, byte[]> Floods => new()
    {
        { "pings", RawClient.Frame(0x89, []) },
        { "pongs", RawClient.Frame(0x8A, []) },
        { "empty messages", RawClient.Frame(0x81, []) },
        { "blank messages", RawClient.Frame(0x81, "\n"u8.ToArray()) },
        { "small fragments", [.. RawClient.Frame(0x01, []), .. RawClient.Frame(0x00, []), .. RawClient.Frame(0x80, "\n"u8.ToArray())] },
    };

    [Theory]
    [MemberData(nameof(Floods))]
    public async Task What_brings_nothing_and_comes_too_fast_is_stopped(string what, byte[] frame)
    {
        await using var server = await StartAsync(new EdgeOptions { ControlFramesPerSecond = 10 });
        var (client, connection) = await server.OpenAsync();
        using var _ = client;

        await client.SendAsync(Enumerable.Repeat(frame, 1_000).SelectMany(bytes => bytes).ToArray().AsMemory());
        var close = await client.ReadCloseAsync();

        Assert.True(close.Status == CloseCode.Flooding, $"{what}: {close}");
        Assert.Contains("10 pings", close.Reason, StringComparison.Ordinal);
        await connection.WhenClosedAsync();
    }

    [Fact]
    public async Task A_flood_of_pings_hands_over_no_more_than_is_allowed()
    {
        await using var server = await StartAsync(new EdgeOptions { ControlFramesPerSecond = 10 });
        var (client, connection) = await server.OpenAsync();
        using var _ = client;

        await client.SendAsync(Enumerable.Repeat(RawClient.Frame(0x89, []), 10_000).SelectMany(bytes => bytes).ToArray().AsMemory());
        await client.ReadCloseAsync();
        await connection.WhenClosedAsync();

        var pings = 0;
        while (await connection.TryNextAsync() is ClientFrame.TransportPing)
            pings++;

        Assert.InRange(pings, 0, 25);
    }

    [Fact]
    public async Task Messages_that_bring_something_are_not_counted()
    {
        await using var server = await StartAsync(new EdgeOptions { ControlFramesPerSecond = 1 });
        var (client, connection) = await server.OpenAsync();
        using var _ = client;

        await client.SendAsync(Enumerable.Repeat(RawClient.Frame(0x81, """{"id":1,"ping":{}}"""u8.ToArray()), 5_000).SelectMany(bytes => bytes).ToArray().AsMemory());

        for (var i = 0; i < 5_000; i++)
            await connection.NextAsync<ClientFrame.Ping>();
    }

    [Fact]
    public async Task A_message_whose_fragments_never_end_is_stopped()
    {
        await using var server = await StartAsync(new EdgeOptions { ControlFramesPerSecond = 1_000_000 });
        var (client, connection) = await server.OpenAsync();
        using var _ = client;

        await client.SendAsync([.. RawClient.Frame(0x01, "{"u8.ToArray()), .. Enumerable.Repeat(RawClient.Frame(0x00, " "u8.ToArray()), 2_000).SelectMany(bytes => bytes)]);

        Assert.Equal(1009, (await client.ReadCloseAsync()).Status);
        await connection.WhenClosedAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_that_takes_for_ever_is_stopped_although_its_client_shows_life(bool isFragmented)
    {
        // So long that it does not end on a busy machine either, a byte at a time.
        const int Bytes = 50_000_000;
        await using var server = await StartAsync(new EdgeOptions { MessageWithin = TimeSpan.FromMilliseconds(50), MessageBytesMax = Bytes, ControlFramesPerSecond = 1_000_000 });
        var (client, connection) = await server.OpenAsync();
        using var _ = client;
        await client.SendAsync(isFragmented ? RawClient.Frame(0x01, "{"u8.ToArray()) : RawClient.Frame(0x81, new byte[Bytes])[..1_000]);

        var closing = connection.WhenClosedAsync();
        try
        {
            while (!closing.IsCompleted)
                await client.SendAsync(isFragmented ? RawClient.Frame(0x8A, []) : [0]);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // It was closed while we were sending.
        }

        await closing;
        Assert.Equal(CloseCode.MessageTooSlow, (await client.ReadCloseAsync()).Status);
    }
}
