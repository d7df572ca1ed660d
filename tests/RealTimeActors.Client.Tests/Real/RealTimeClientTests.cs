using System.Text;
using System.Threading.Channels;
using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Client.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Real;

public sealed partial class RealTimeClientTests : IAsyncLifetime
{
    private ScriptedServer _server = null!;
    private RealTimeClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await ScriptedServer.StartAsync();
        _client = NewClient(options => options);
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(WireFormat.WebSocketProtobuf)]
    [InlineData(WireFormat.WebSocketJson)]
    public async Task Connects_publishes_and_follows_in_either_encoding(WireFormat format)
    {
        await using var client = NewClient(options => options with { Format = format });
        var server = await ConnectAsync(client);
        Assert.Equal(ClientState.Connected, client.State);

        var published = client.PublishAsync("prices", "price.changed", new { Symbol = "EURUSD", Cents = 109 }, cancellationToken: _server.Deadline);
        var publish = await server.NextAsync<ClientFrame.Publish>();
        Assert.Equal("""{"symbol":"EURUSD","cents":109}""", Encoding.UTF8.GetString(publish.Data.Span));
        await server.SendAsync(new ServerFrame.Receipt { Id = publish.Id, Status = ReceiptStatus.Persisted, Channel = "prices", Epoch = "e1", Offset = 7 });
        Assert.Equal(7, (await published).Offset);

        var received = Channel.CreateUnbounded<ReceivedEvent>();
        var subscribing = client.SubscribeAsync("prices", null, (item, cancel) => received.Writer.WriteAsync(item, cancel), _server.Deadline);
        await server.TakeUpAsync(7, Event(8, """{"cents":110}"""));
        await using var subscription = await subscribing;
        var item = await received.Reader.ReadAsync(_server.Deadline);
        Assert.Equal(8, item.Offset);
        Assert.Equal(110, item.Read<Price>()!.Cents);
        Assert.Equal(8, (await server.NextAsync<ClientFrame.Ack>()).Offset);
    }

    [Fact]
    public async Task The_key_of_a_connection_is_retired_at_once_and_used_for_the_next()
    {
        var server = await ConnectAsync(_client);
        await server.NextAsync<ClientFrame.Ping>();
        Assert.Equal(new SessionTicket("s-1", "after-"), _client.Session);

        server.Abort();
        var next = await _server.GreetAsync();

        Assert.Equal("after-", next.Hello.SessionKey);
    }

    [Fact]
    public async Task Resumes_where_it_stands_and_hands_over_each_event_once()
    {
        var server = await ConnectAsync(_client);
        var offsets = Channel.CreateUnbounded<long>();
        var subscribing = _client.SubscribeAsync("prices", new SubscribeOptions { From = From.Earliest }, (item, cancel) => offsets.Writer.WriteAsync(item.Offset, cancel), _server.Deadline);
        await server.TakeUpAsync(0, Event(1), Event(2));
        await subscribing;
        Assert.Equal([1, 2], await TakeAsync(offsets, 2));

        await server.CloseAsync(CloseCode.GoingAway);
        var next = await _server.NextConnectionAsync();
        await next.GreetAsync(Resumed(offset: 1));
        Assert.Equal(new From.Position("e1", 2), Assert.Single(next.Hello.Subscriptions).From);
        await next.SendAsync(Event(2), Event(3));

        Assert.Equal([3], await TakeAsync(offsets, 1));
    }

    [Fact]
    public async Task A_publish_whose_receipt_was_lost_is_sent_again_with_its_sequence()
    {
        var server = await ConnectAsync(_client);
        var published = _client.PublishAsync("prices", "t", 1, cancellationToken: _server.Deadline);
        var first = await server.NextAsync<ClientFrame.Publish>();

        server.Abort();
        var next = await _server.GreetAsync();
        var again = await next.NextAsync<ClientFrame.Publish>();
        await next.SendAsync(new ServerFrame.Receipt { Id = again.Id, Status = ReceiptStatus.Persisted, Channel = "prices", Epoch = "e1", Offset = 1, Duplicate = true });

        Assert.Equal((first.ProducerId, first.ProducerSequence), (again.ProducerId, again.ProducerSequence));
        Assert.True((await published).IsDuplicate);
    }

    [Fact]
    public async Task Publishes_that_wait_leave_together()
    {
        // Published while there is no connection, so that all of them wait for the welcome.
        var server = await ConnectAsync(_client);
        server.Abort();
        var next = await _server.NextConnectionAsync();
        var publishes = Enumerable.Range(0, 500).Select(i => _client.PublishAsync("prices", "t", i, cancellationToken: _server.Deadline)).ToList();
        await next.GreetAsync();

        var messages = new HashSet<int>();
        for (var i = 0; i < 500; i++)
        {
            var (publish, message) = await next.NextInMessageAsync<ClientFrame.Publish>();
            Assert.Equal(i.ToString(), Encoding.UTF8.GetString(publish.Data.Span));
            messages.Add(message);
            await next.SendAsync(new ServerFrame.Receipt { Id = publish.Id, Status = ReceiptStatus.Persisted, Channel = "prices", Epoch = "e1", Offset = i + 1 });
        }

        var receipts = await Task.WhenAll(publishes);
        Assert.Equal(Enumerable.Range(1, 500).Select(i => (long)i), receipts.Select(receipt => receipt.Offset));
        Assert.InRange(messages.Count, 1, 50);
    }

    [Fact]
    public async Task A_refusal_is_thrown_with_its_code()
    {
        var server = await ConnectAsync(_client);

        var published = _client.PublishAsync("prices", "t", 1, cancellationToken: _server.Deadline);
        await server.SendAsync(new ServerFrame.Error(ErrorCode.Forbidden, "not yours") { Id = (await server.NextAsync<ClientFrame.Publish>()).Id });
        var refusal = await Assert.ThrowsAsync<RealTimeException>(() => published);
        Assert.Equal(ErrorCode.Forbidden, refusal.Error);
        Assert.False(refusal.MayBeInLog);

        var subscribing = _client.SubscribeAsync("secrets", null, (_, _) => ValueTask.CompletedTask, _server.Deadline);
        await server.SendAsync(new ServerFrame.Error(ErrorCode.UnknownChannel, "no such") { Id = (await server.NextAsync<ClientFrame.Subscribe>()).Id });
        Assert.Equal(104, (await Assert.ThrowsAsync<RealTimeException>(() => subscribing)).Code);
    }

    [Fact]
    public async Task A_cancelled_publish_is_not_sent_again()
    {
        var server = await ConnectAsync(_client);
        using var cancel = new CancellationTokenSource();
        var published = _client.PublishAsync("prices", "t", "cancelled", cancellationToken: cancel.Token);
        await server.NextAsync<ClientFrame.Publish>();

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => published);
        server.Abort();
        var next = await _server.GreetAsync();
        _ = _client.PublishAsync("prices", "t", "later", cancellationToken: _server.Deadline);

        Assert.Equal("\"later\"", Encoding.UTF8.GetString((await next.NextAsync<ClientFrame.Publish>()).Data.Span));
    }

    [Fact]
    public async Task Sending_without_an_answer_ends_when_it_is_on_its_way()
    {
        var server = await ConnectAsync(_client);

        await _client.SendAsync("prices", "t", 1, cancellationToken: _server.Deadline);

        Assert.Equal(Confirm.None, (await server.NextAsync<ClientFrame.Publish>()).Confirm);
    }

    [Fact]
    public async Task Handlers_run_one_at_a_time_and_what_waits_is_bounded_by_credit()
    {
        await using var client = NewClient(options => options with { EventsMax = 4 });
        var server = await ConnectAsync(client);
        Assert.Equal(4, server.Hello.InitialCredit);
        var entered = Channel.CreateUnbounded<long>();
        var leave = Channel.CreateUnbounded<bool>();
        var running = 0;
        var subscribing = client.SubscribeAsync("prices", null, async (item, cancel) =>
        {
            Assert.Equal(1, Interlocked.Increment(ref running));
            await entered.Writer.WriteAsync(item.Offset, cancel);
            await leave.Reader.ReadAsync(_server.Deadline);
            Interlocked.Decrement(ref running);
        }, _server.Deadline);
        await server.TakeUpAsync(0, Event(1), Event(2), Event(3), Event(4));
        await using var subscription = await subscribing;

        for (var offset = 1; offset <= 4; offset++)
        {
            Assert.Equal(offset, await entered.Reader.ReadAsync(_server.Deadline));
            await leave.Writer.WriteAsync(true);
        }

        Assert.Equal(2, (await server.NextAsync<ClientFrame.Credit>()).Events);
        Assert.Equal(2, (await server.NextAsync<ClientFrame.Credit>()).Events);
    }

    [Fact]
    public async Task A_handler_that_throws_ends_its_subscription_and_its_event_is_not_acked()
    {
        var server = await ConnectAsync(_client);
        var subscribing = _client.SubscribeAsync("prices", null, (item, _) => item.Offset == 2 ? throw new InvalidDataException("bad") : ValueTask.CompletedTask, _server.Deadline);
        await server.TakeUpAsync(0, Event(1), Event(2), Event(3));
        var subscription = await subscribing;

        await Assert.ThrowsAsync<InvalidDataException>(() => subscription.Completion.WaitAsync(_server.Deadline));

        Assert.Equal(1, (await server.NextAsync<ClientFrame.Ack>()).Offset);
        await server.NextAsync<ClientFrame.Unsubscribe>();
    }

    [Fact]
    public async Task Manual_acks_leave_when_the_application_says_so()
    {
        var server = await ConnectAsync(_client);
        var received = Channel.CreateUnbounded<ReceivedEvent>();
        var subscribing = _client.SubscribeAsync("prices", new SubscribeOptions { Ack = AckMode.Manual }, (item, cancel) => received.Writer.WriteAsync(item, cancel), _server.Deadline);
        await server.TakeUpAsync(0, Event(1), Event(2));
        await subscribing;
        await received.Reader.ReadAsync(_server.Deadline);
        var second = await received.Reader.ReadAsync(_server.Deadline);

        await second.AckAsync();

        var ack = await server.NextAsync<ClientFrame.Ack>();
        Assert.Equal(0, ack.Offset);
        Assert.Equal([new OffsetRange(2, 2)], ack.Ranges);
    }

    [Fact]
    public async Task Notices_come_in_order_with_the_events()
    {
        var server = await ConnectAsync(_client);
        var seen = Channel.CreateUnbounded<object>();
        var options = new SubscribeOptions { From = From.Earliest, Noticed = notice => seen.Writer.TryWrite(notice) };
        var subscribing = _client.SubscribeAsync("prices", options, (item, cancel) => seen.Writer.WriteAsync(item.Offset, cancel), _server.Deadline);
        await server.TakeUpAsync(0, Event(1), new ServerFrame.Gap("prices", 2, 3, "dropped"), Event(4));
        await subscribing;

        Assert.Equal([
            new SubscriptionNotice.Started("e1", 0, 0, Recovered.None) { Channel = "prices" }, 1L,
            new SubscriptionNotice.Gap(new OffsetRange(2, 3), "dropped") { Channel = "prices" }, 4L,
        ], await TakeAsync(seen, 4));
    }

    [Fact]
    public async Task Following_as_a_stream_acks_an_event_when_the_next_is_asked_for()
    {
        var server = await ConnectAsync(_client);
        var script = Task.Run(() => server.TakeUpAsync(0, Event(1), Event(2), Event(3)));

        var offsets = new List<long>();
        await foreach (var item in _client.FollowAsync("prices", cancellationToken: _server.Deadline))
        {
            offsets.Add(item.Offset);
            if (item.Offset == 3)
                break;
        }

        await script;
        // How many acks it takes is a matter of time; the event in whose turn the loop was left is in none of them.
        Assert.Equal([1, 2, 3], offsets);
        await server.AckedAsync(2);
        await server.NextAsync<ClientFrame.Unsubscribe>();
    }

    [Fact]
    public async Task A_subscription_that_the_server_ends_is_thrown_where_it_is_read()
    {
        var server = await ConnectAsync(_client);
        var script = Task.Run(() => server.TakeUpAsync(0, Event(1), new ServerFrame.Unsubscribed("prices", 2001, "no longer yours")));

        var ended = await Assert.ThrowsAsync<RealTimeException>(async () =>
        {
            await foreach (var item in _client.FollowAsync("prices", cancellationToken: _server.Deadline))
                Assert.Equal(1, item.Offset);
        });

        await script;
        Assert.Equal(2001, ended.Code);
    }

    [Fact]
    public async Task Following_a_channel_twice_is_refused_without_asking_the_server()
    {
        var server = await ConnectAsync(_client);
        var first = _client.SubscribeAsync("prices", null, (_, _) => ValueTask.CompletedTask, _server.Deadline);
        await server.TakeUpAsync(0);
        await first;

        await Assert.ThrowsAsync<InvalidOperationException>(() => _client.SubscribeAsync("prices", null, (_, _) => ValueTask.CompletedTask, _server.Deadline));
    }

    [Fact]
    public async Task After_disposing_of_a_subscription_the_channel_can_be_followed_again()
    {
        var server = await ConnectAsync(_client);
        var subscribing = _client.SubscribeAsync("prices", null, (_, _) => ValueTask.CompletedTask, _server.Deadline);
        await server.TakeUpAsync(0);
        var subscription = await subscribing;

        await subscription.DisposeAsync();
        await subscription.Completion.WaitAsync(_server.Deadline);
        await server.NextAsync<ClientFrame.Unsubscribe>();
        var again = _client.SubscribeAsync("prices", null, (_, _) => ValueTask.CompletedTask, _server.Deadline);
        await server.TakeUpAsync(0);

        await again;
    }

    private RealTimeClient NewClient(Func<RealTimeClientOptions, RealTimeClientOptions> configure) => new(configure(new RealTimeClientOptions
    {
        Endpoints = [_server.Address],
        AckDelay = TimeSpan.FromMilliseconds(5),
        CloseWithin = TimeSpan.FromMilliseconds(500),
        Reconnect = new ReconnectAdvice(1, 10, 1.5, 1),
    }));

    private async Task<ServerConnection> ConnectAsync(RealTimeClient client)
    {
        var connecting = client.ConnectAsync(_server.Deadline);
        var connection = await _server.GreetAsync();
        await connecting;
        return connection;
    }

    private async Task<List<T>> TakeAsync<T>(Channel<T> channel, int count)
    {
        var items = new List<T>();
        while (items.Count < count)
            items.Add(await channel.Reader.ReadAsync(_server.Deadline));
        return items;
    }

    private static ServerFrame.Event Event(long offset, string data = "{}") => new(new ChannelEvent
    {
        Channel = "prices",
        Offset = offset,
        Id = $"e1-{offset}",
        Type = "price.changed",
        TimeUnixMs = 1_000,
        Data = Encoding.UTF8.GetBytes(data),
    });

    private static ServerFrame.Subscribed Resumed(long offset) =>
        new() { Channel = "prices", Epoch = "e1", Offset = offset, Head = 3, Recovered = Recovered.Full };

    private sealed record Price(int Cents);
}
