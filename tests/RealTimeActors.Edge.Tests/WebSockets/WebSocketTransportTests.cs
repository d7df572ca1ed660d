using System.Text;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.Tests.WebSockets;

public class WebSocketTransportTests : TwoWays
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hands_over_what_came_and_sends_the_answer(bool hidesSocket)
    {
        await using var server = await StartAsync(hidesSocket: hidesSocket);
        var (client, connection) = await server.OpenAsync();
        using var _ = client;

        await client.SendTextAsync("""{"id":7,"ping":{}}""");
        var ping = await connection.NextAsync<ClientFrame.Ping>();
        var taken = connection.Transport.Send(Message("""{"id":7,"pong":{}}"""));
        var answer = await client.ReadFrameAsync();

        Assert.Equal(7, ping.Id);
        Assert.Equal(20, taken);
        Assert.Equal((0x81, """{"id":7,"pong":{}}"""), (answer.First, Encoding.UTF8.GetString(answer.Payload)));
    }

    [Fact]
    public async Task Keeps_bytes_back_until_the_client_has_seen_the_answer_to_its_handshake()
    {
        await using var server = await StartAsync();
        var (client, connection) = await server.OpenAsync();
        using var _ = client;

        var taken = connection.Transport.Send(Message("too early"));
        if (IsDirect)
        {
            // Nobody else writes to the socket: the answer to the handshake is in it already.
            Assert.Equal((11, "too early"), (taken, Encoding.UTF8.GetString((await client.ReadFrameAsync()).Payload)));
            return;
        }

        Assert.Equal(0, taken);
        await client.SendTextAsync("""{"id":1,"ping":{}}""");
        await connection.WhenWritableAsync();

        Assert.Equal(11, connection.Transport.Send(Message("in time!!")));
        Assert.Equal("in time!!", Encoding.UTF8.GetString((await client.ReadFrameAsync()).Payload));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_answer_to_the_handshake_comes_first_however_early_the_client_sends(bool isEarly)
    {
        await using var server = await StartAsync();
        var hello = RawClient.Frame(0x81, """{"id":1,"ping":{}}"""u8.ToArray());

        for (var i = 0; i < 100; i++)
        {
            using var client = new RawClient(server.Address);
            var shaking = client.HandshakeAsync(RawClient.Key, early: isEarly ? hello : null);
            var connection = await server.Engine.NextConnectionAsync();
            if (isEarly)
                await connection.NextAsync<ClientFrame.Ping>();

            Assert.Equal(isEarly || IsDirect ? 6 : 0, connection.Transport.Send(Message("pong")));
            Assert.StartsWith("HTTP/1.1 101 ", await shaking, StringComparison.Ordinal);
            if (isEarly || IsDirect)
                Assert.Equal("pong", Encoding.UTF8.GetString((await client.ReadFrameAsync()).Payload));
        }
    }

    [Fact]
    public async Task Makes_one_message_of_fragments_with_control_frames_between_them()
    {
        await using var server = await StartAsync();
        var (client, connection) = await server.OpenAsync();
        using var _ = client;

        await client.SendFrameAsync(0x01, "{\"id\":1,\"pi"u8.ToArray());
        await client.SendFrameAsync(0x89, 1, 2, 3);
        await client.SendFrameAsync(0x80, "ng\":{}}"u8.ToArray());

        Assert.Equal([1, 2, 3], (await connection.NextAsync<ClientFrame.TransportPing>()).Payload.ToArray());
        Assert.Equal(1, (await connection.NextAsync<ClientFrame.Ping>()).Id);
    }

    [Fact]
    public async Task Puts_a_message_together_that_comes_byte_by_byte()
    {
        await using var server = await StartAsync();
        var (client, connection) = await server.OpenAsync();
        using var _ = client;

        foreach (var single in RawClient.Frame(0x81, Encoding.UTF8.GetBytes($"{{\"id\":5,\"ping\":{{\"x\":\"{new string('x', 200)}\"}}}}")))
            await client.SendAsync(single);

        Assert.Equal(5, (await connection.NextAsync<ClientFrame.Ping>()).Id);
    }

    [Fact]
    public async Task Takes_messages_of_a_megabyte()
    {
        await using var server = await StartAsync();
        var (client, connection) = await server.OpenAsync();
        using var _ = client;
        var lines = string.Concat(Enumerable.Range(1, 18_000).Select(id => $"{{\"id\":{id},\"ping\":{{\"padding\":\"{new string('p', 20)}\"}}}}\n"));

        await client.SendTextAsync(lines);

        for (var id = 1; id <= 18_000; id++)
            Assert.Equal(id, (await connection.NextAsync<ClientFrame.Ping>()).Id);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Says_when_a_stalled_client_reads_again_and_loses_nothing_on_the_way(bool hidesSocket)
    {
        await using var server = await StartAsync(hidesSocket: hidesSocket);
        var (client, connection) = await server.OpenAsync();
        using var _ = client;
        await client.SendTextAsync("""{"id":1,"ping":{}}""");
        await connection.NextAsync<ClientFrame.Ping>();

        // Given a client that does not read: ten numbered messages to a write, until the transport takes no more.
        var sent = 0;
        var number = 0;
        byte[] rest = [];
        while (rest.Length == 0)
        {
            var batch = Enumerable.Range(0, 10).SelectMany(_ => Message($"{number++:D8}{new string('.', 6_000)}")).ToArray();
            var taken = connection.Transport.Send(batch);
            sent += taken;
            rest = batch[taken..];
            Assert.True(sent < 64_000_000, "The transport took 64 MB for a client that does not read.");
        }

        Assert.Equal(0, connection.Transport.Send(rest));

        // When it reads, then the transport says that it is writable, and takes the rest.
        var reading = ReadNumbersAsync(client, number);
        while (rest.Length > 0)
        {
            await connection.WhenWritableAsync();
            rest = rest[connection.Transport.Send(rest)..];
        }

        Assert.Equal(Enumerable.Range(0, number), await reading);
    }

    [Fact]
    public async Task Stops_reading_while_the_window_is_used_up_and_goes_on_when_it_opens()
    {
        const int Window = 65_536;
        await using var server = await StartAsync(new EdgeOptions { ReceiveWindowBytes = Window, ControlFramesPerSecond = 1_000_000 });
        var (client, connection) = await server.OpenAsync();
        using var _ = client;
        connection.ConsumesAtOnce = false;

        // A flood of pings, far more than all buffers between the two hold.
        var ping = RawClient.Frame(0x89, [.. Encoding.ASCII.GetBytes(new string('p', 120))]);
        var flood = Enumerable.Repeat(ping, 1_000).SelectMany(bytes => bytes).ToArray();
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
                await client.SendAsync(flood.AsMemory());
        });

        var bytes = 0;
        for (var i = 0; i < 100_000; i++)
        {
            await connection.NextAsync<ClientFrame.TransportPing>();
            bytes += ping.Length;

            // Nothing before the window was used up for the first time: otherwise it might never be, where this end keeps up with the other.
            if (bytes < Window / 2 || connection.UnconsumedBytesMax < Window)
                continue;

            connection.Consume(bytes);
            bytes = 0;
        }

        await sending;
        Assert.InRange(connection.UnconsumedBytesMax, Window, 2 * Window);
    }

    [Fact]
    public async Task A_message_that_comes_in_many_reads_counts_as_a_whole_until_core_is_done_with_it()
    {
        await using var server = await StartAsync(new EdgeOptions { ReceiveWindowBytes = 2 * 1_048_576 });
        var (client, connection) = await server.OpenAsync();
        using var _ = client;
        connection.ConsumesAtOnce = false;
        var line = """{"publish":{"channel":"a","type":"t","data":""" + $"\"{new string('x', 60_000)}\"" + "}}" + "\n";
        var message = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(line, 14)));

        await client.SendAsync(RawClient.Frame(0x81, message).AsMemory());
        for (var i = 0; i < 14; i++)
            await connection.NextAsync<ClientFrame.Publish>();

        Assert.True(connection.UnconsumedBytesMax >= message.Length, $"{message.Length} bytes are held, and {connection.UnconsumedBytesMax} are counted.");
    }

    [Fact]
    public async Task Tells_core_when_the_client_vanishes()
    {
        await using var server = await StartAsync();
        var (client, connection) = await server.OpenAsync();
        await client.SendTextAsync("""{"id":1,"ping":{}}""");
        await connection.NextAsync<ClientFrame.Ping>();

        client.Reset();
        await connection.WhenClosedAsync();

        Assert.Equal(5, connection.Transport.Send("gone!"u8));
        Assert.Equal(0, connection.CallsAfterClosed);
    }

    private static async Task<List<int>> ReadNumbersAsync(RawClient client, int count)
    {
        var numbers = new List<int>();
        while (numbers.Count < count)
            numbers.Add(int.Parse(Encoding.ASCII.GetString((await client.ReadFrameAsync()).Payload, 0, 8)));

        return numbers;
    }

    /// <summary>A text message of the server.</summary>
    private static byte[] Message(string text)
    {
        var payload = Encoding.UTF8.GetBytes(text);
        return payload.Length < 126
            ? [0x81, (byte)payload.Length, .. payload]
            : [0x81, 126, (byte)(payload.Length >> 8), (byte)payload.Length, .. payload];
    }
}
