using System.Buffers;
using System.Text;
using System.Threading.Channels;
using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Real;

/// <summary>The real client over real sockets: what a subscription asks for, patterns, pieces, and a server that goes away.</summary>
public sealed class ReplacingAndShapingTests : IAsyncLifetime
{
    private readonly Channel<ReceivedEvent> _received = Channel.CreateUnbounded<ReceivedEvent>();
    private readonly List<ClientState> _states = [];
    private ScriptedServer _server = null!;
    private RealTimeClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await ScriptedServer.StartAsync();
        _client = NewClient(WireFormat.WebSocketProtobuf);
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Everything_that_a_subscription_can_ask_for_reaches_the_server()
    {
        var server = await ConnectAsync(_client);
        var options = new SubscribeOptions
        {
            From = From.Now,
            Ack = AckMode.None,
            Order = DeliveryOrder.Offset,
            Overflow = OverflowPolicy.Conflate,
            Priority = Priority.High,
            Fields = ["symbol"],
            Filter = [new("type", ["price.*"]), new("source", ["desk-1", "desk-2"])],
            Shape = new Shape { DebounceMs = 250, DebounceMaxMs = 1_000, Immediate = ["price.halted"], Conflate = "key", BatchMs = 50, BatchMax = 10, MaxPerSecond = 20 },
        };
        var subscribing = _client.SubscribeAsync("prices", options, (_, _) => ValueTask.CompletedTask, _server.Deadline);

        var asked = await server.NextAsync<ClientFrame.Subscribe>();
        await server.SendAsync(Subscribed("prices", 0) with { Id = asked.Id });
        await subscribing;

        Assert.Equal((DeliveryOrder.Offset, OverflowPolicy.Conflate, Priority.High), (asked.Order, asked.Overflow!.Value, asked.Priority!.Value));
        Assert.Equal(["symbol"], asked.Fields);
        Assert.Equal(options.Filter, asked.Filter);
        Assert.Equal(options.Shape with { Immediate = [] }, asked.Shape! with { Immediate = [] });
        Assert.Equal(["price.halted"], asked.Shape!.Immediate);
    }

    [Fact]
    public async Task What_is_out_of_bounds_is_refused_without_asking_the_server()
    {
        await ConnectAsync(_client);

        var refused = await Assert.ThrowsAsync<ArgumentException>(() =>
            _client.SubscribeAsync("prices", new SubscribeOptions { Shape = new Shape { DebounceMs = 60_001 } }, (_, _) => ValueTask.CompletedTask, _server.Deadline));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.SubscribeAsync("prices.*x", null, (_, _) => ValueTask.CompletedTask, _server.Deadline));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            _client.SubscribeAsync("prices.>", new SubscribeOptions { From = new From.Position("e1", 4) }, (_, _) => ValueTask.CompletedTask, _server.Deadline));
        Assert.Throws<ArgumentException>(() => NewClient(WireFormat.JsonLines));

        Assert.Contains("shape.debounceMs is 60001", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pattern_hands_over_events_under_their_channels_own_names_and_acks_them_so()
    {
        var server = await ConnectAsync(_client);
        var notices = Channel.CreateUnbounded<SubscriptionNotice>();
        var subscribing = _client.SubscribeAsync("session.*.emotion", new SubscribeOptions { Noticed = notice => notices.Writer.TryWrite(notice) }, HandleAsync, _server.Deadline);
        var asked = await server.NextAsync<ClientFrame.Subscribe>();
        await server.SendAsync(Subscribed("session.*.emotion", 0, "") with { Id = asked.Id });
        await using var subscription = await subscribing;

        await server.SendAsync(
            Subscribed("session.1.emotion", 4), Event(5, "session.1.emotion"), new ServerFrame.Lag("session.1.emotion", 310, "catchUp"),
            Subscribed("session.2.emotion", 0), Event(1, "session.2.emotion"));

        Assert.Equal([("session.1.emotion", 5L), ("session.2.emotion", 1L)], [await NextAsync(), await NextAsync()]);
        Assert.Equal("session.1.emotion", (await server.NextAsync<ClientFrame.Ack>()).Channel);
        Assert.Equal("session.*.emotion", subscription.Channel);
        Assert.Equal(310, subscription.Lag!.Behind);
        string[] told = ["session.*.emotion", "session.1.emotion", "session.1.emotion", "session.2.emotion"];
        foreach (var channel in told)
            Assert.Equal(channel, (await notices.Reader.ReadAsync(_server.Deadline)).Channel);
    }

    [Theory]
    [InlineData(WireFormat.WebSocketProtobuf)]
    [InlineData(WireFormat.WebSocketJson)]
    public async Task A_frame_in_pieces_is_handed_over_whole_and_an_urgent_one_passes_it(WireFormat format)
    {
        await using var client = NewClient(format);
        var server = await ConnectAsync(client);
        Assert.Equal(16_384, server.Hello.PieceBytes);
        var subscribing = client.SubscribeAsync("prices", new SubscribeOptions { From = From.Earliest }, HandleAsync, _server.Deadline);
        await server.TakeUpAsync(0);
        await subscribing;
        var large = Event(1, "prices", $"\"{new string('x', 60_000)}\"");

        var pieces = Cut(FrameCodecs.For(format), large, 16_384).ToList();
        await server.SendAsync(pieces[0]);
        await server.SendAsync(pieces[1], Event(2, "prices"));
        await server.SendAsync([.. pieces[2..]]);

        Assert.Equal([("prices", 2L), ("prices", 1L)], [await NextAsync(), await NextAsync()]);
    }

    [Fact]
    public async Task A_server_that_goes_away_is_replaced_before_it_is_gone_and_no_event_is_missed_or_repeated()
    {
        var server = await ConnectAsync(_client);
        var subscribing = _client.SubscribeAsync("prices", new SubscribeOptions { From = From.Earliest }, HandleAsync, _server.Deadline);
        await server.TakeUpAsync(0, Event(1, "prices"));
        await subscribing;
        Assert.Equal(("prices", 1L), await NextAsync());
        await server.NextAsync<ClientFrame.Ack>();

        await server.SendAsync(new ServerFrame.Goaway(5_000, 0, null));
        var successor = await _server.NextConnectionAsync();
        await server.SendAsync(Event(2, "prices"));
        Assert.Equal(("prices", 2L), await NextAsync());

        // As a server does it, the former one is told first. Once it has the welcome the client closes that connection itself, and nothing can be said there any more.
        await server.SendAsync(new ServerFrame.Close(CloseCode.TakenOver, "taken over"));
        await successor.GreetAsync(Subscribed("prices", 1, recovered: Recovered.Full));
        Assert.Equal("after-", successor.Hello.SessionKey);
        await successor.SendAsync(Event(2, "prices"), Event(3, "prices"));

        Assert.Equal(("prices", 3L), await NextAsync());
        await successor.AckedAsync(3);
        Assert.Equal([ClientState.Connecting, ClientState.Connected], _states);
    }

    private RealTimeClient NewClient(WireFormat format) => new(new RealTimeClientOptions
    {
        Endpoints = [_server.Address],
        Format = format,
        AckDelay = TimeSpan.FromMilliseconds(5),
        CloseWithin = TimeSpan.FromMilliseconds(500),
        Reconnect = new ReconnectAdvice(1, 10, 1.5, 1),
        StateChanged = change => _states.Add(change.State),
    });

    private async Task<ServerConnection> ConnectAsync(RealTimeClient client)
    {
        var connecting = client.ConnectAsync(_server.Deadline);
        var connection = await _server.GreetAsync();
        await connecting;
        return connection;
    }

    private ValueTask HandleAsync(ReceivedEvent received, CancellationToken cancellationToken) => _received.Writer.WriteAsync(received, cancellationToken);

    private async Task<(string, long)> NextAsync()
    {
        var received = await _received.Reader.ReadAsync(_server.Deadline);
        return (received.Event.Channel, received.Offset);
    }

    private static IEnumerable<ServerFrame> Cut(IFrameCodec codec, ServerFrame frame, int bytesMax)
    {
        var buffer = new ArrayBufferWriter<byte>();
        codec.Encode(frame, buffer);

        // Without the line end, or the length (three bytes of varint from 16,384 on).
        var alone = codec == FrameCodecs.Json ? buffer.WrittenMemory[..^1] : buffer.WrittenMemory[3..];
        for (var at = 0; at < alone.Length; at += bytesMax)
            yield return new ServerFrame.Piece(1, at + bytesMax >= alone.Length, alone[at..Math.Min(at + bytesMax, alone.Length)]);
    }

    private static ServerFrame.Subscribed Subscribed(string channel, long offset, string epoch = "e1", Recovered recovered = Recovered.None) =>
        new() { Channel = channel, Epoch = epoch, Offset = offset, Head = offset, Recovered = recovered };

    private static ServerFrame.Event Event(long offset, string channel, string data = "{}") => new(new ChannelEvent
    {
        Channel = channel,
        Offset = offset,
        Id = $"e1-{offset}",
        Type = "price.changed",
        TimeUnixMs = 1_000,
        Data = Encoding.UTF8.GetBytes(data),
    });
}
