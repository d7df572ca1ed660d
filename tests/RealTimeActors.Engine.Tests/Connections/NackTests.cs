using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Connections;

/// <summary><c>nack</c>, redelivery and dead letters, as a client sees them.</summary>
public sealed class NackTests
{
    private static readonly EngineOptions _options = new()
    {
        Heartbeat = TimeSpan.FromHours(1),
        Channels =
        [
            (ChannelPattern.Parse("live.>"), new ChannelSettings { IsDurable = false, Retry = new RetryRule { Attempts = 3 } }),
            (ChannelPattern.Parse("once.>"), new ChannelSettings { Retry = new RetryRule { Attempts = 1 } }),
            (ChannelPattern.Parse("a"), new ChannelSettings { Retry = new RetryRule { Attempts = 3 } }),
        ],
    };

    private readonly TestNode _node = new(_options);

    [Fact]
    public void What_is_nacked_comes_again_after_its_pause_with_the_attempt()
    {
        var client = Follow("a");
        Publish("a", 3);

        client.Send("""{"nack":{"channel":"a","offset":2,"reason":"busy"}}""");
        Assert.Equal([1, 2, 3], client.Offsets);
        client.Forget();
        _node.World.Advance(TimeSpan.FromSeconds(1));

        var again = Assert.Single(client.Events);
        Assert.Equal((2L, 2), (again.Body.Offset, again.Attempt));
    }

    [Fact]
    public void A_nacked_offset_holds_the_cursor_back_and_the_others_go_ahead()
    {
        var client = Follow("a");
        Publish("a", 4);

        // Even one that says everything up to 4 does not mean the one that is nacked.
        client.Send("""
            {"nack":{"channel":"a","offset":2}}
            {"ack":{"channel":"a","offset":4}}
            """);
        client.Drop();
        var after = _node.Accept().HelloAgainAs(client);
        var subscribed = Assert.Single(after.Welcome.Subscriptions);
        _node.World.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((1L, 4L), (subscribed.Offset, subscribed.Head));
        Assert.Equal([(2L, 2)], after.Events.Select(e => (e.Body.Offset, e.Attempt)));
    }

    [Fact]
    public void An_ack_after_the_redelivery_resolves_it()
    {
        var client = Follow("a");
        Publish("a", 2);
        client.Send("""{"nack":{"channel":"a","offset":1}}""");
        _node.World.Advance(TimeSpan.FromSeconds(1));

        client.Send("""{"ack":{"channel":"a","offset":2}}""");
        client.Drop();
        var after = _node.Accept().HelloAgainAs(client);
        _node.World.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(2, Assert.Single(after.Welcome.Subscriptions).Offset);
        Assert.Empty(after.Events);
        Assert.Empty(Letters("$dlq.a"));
    }

    [Fact]
    public void After_the_last_attempt_it_is_with_the_dead_letters_once_and_counts_as_acked()
    {
        var client = Follow("a");
        Publish("a", 2);
        client.Send("""{"ack":{"channel":"a","offset":0,"ranges":[[2,2]]}}""");

        NackAll(client, "a", 1, times: 3, "it is poison");

        var letter = Assert.Single(Letters("$dlq.a"));
        Assert.Equal("$dead", letter.Type);
        var data = System.Text.Json.JsonDocument.Parse(letter.Data).RootElement;
        Assert.Equal(("it is poison", 3, client.Welcome.Session.Id), (data.GetProperty("reason").GetString(), data.GetProperty("attempts").GetInt32(), data.GetProperty("session").GetString()));
        Assert.Equal(("a", 1L, "t", 1), data.GetProperty("origin") is var origin
            ? (origin.GetProperty("channel").GetString(), origin.GetProperty("offset").GetInt64(), origin.GetProperty("type").GetString(), data.GetProperty("data").GetInt32())
            : default);
        Assert.Equal((1L, 1L), client.Take<ServerFrame.Skip>() is var skip ? (skip.From, skip.To) : default);

        client.Drop();
        Assert.Equal(2, Assert.Single(_node.Accept().HelloAgainAs(client).Welcome.Subscriptions).Offset);
    }

    [Fact]
    public void Attempts_are_kept_over_a_crash_of_the_node()
    {
        var client = Follow("a");
        Publish("a", 1);
        client.Send("""{"nack":{"channel":"a","offset":1}}""");
        _node.World.Advance(TimeSpan.FromSeconds(1));
        client.Send("""{"nack":{"channel":"a","offset":1}}""");

        _node.CrashAndRestart();
        var after = _node.Accept().HelloAgainAs(client);
        Assert.Empty(after.Events);
        _node.World.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal([(1L, 3)], after.Events.Select(e => (e.Body.Offset, e.Attempt)));
        after.Send("""{"nack":{"channel":"a","offset":1,"reason":"still"}}""");
        Assert.Single(Letters("$dlq.a"));
    }

    [Fact]
    public void A_crash_between_the_copy_and_the_cursor_makes_no_second_letter()
    {
        var client = Follow("once.a");
        Publish("once.a", 1);

        // The copy is on disk and the session's next row is not.
        client.Send("""{"nack":{"channel":"once.a","offset":1}}""", settles: false);
        var letters = 0L;
        for (var i = 0; i < 500 && letters == 0; i++)
            letters = LettersOnDisk("$dlq.once.a");
        _node.CrashAndRestart();
        Assert.Equal(1, letters);
        var after = _node.Accept().HelloAgainAs(client);
        NackAll(after, "once.a", 1, times: 1, "again");
        _node.World.Advance(TimeSpan.FromSeconds(10));

        Assert.Single(Letters("$dlq.once.a"));
    }

    [Fact]
    public void Each_session_that_gives_up_writes_its_own_letter()
    {
        TestClient[] clients = [.. Enumerable.Range(0, 40).Select(_ => Follow("once.a"))];
        Publish("once.a", 1);

        foreach (var client in clients)
            client.Send("""{"nack":{"channel":"once.a","offset":1}}""");
        _node.World.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(40, Letters("$dlq.once.a").Select(letter => letter.Session).Distinct().Count());
        Assert.Equal(40, LettersOnDisk("$dlq.once.a"));
    }

    [Fact]
    public void A_publisher_that_waits_for_delivery_is_told_when_the_nacked_one_is_given_up()
    {
        var client = Follow("a");
        var publisher = _node.Connect().Send("""{"id":4,"publish":{"channel":"a","type":"t","data":1,"confirm":"delivered","delivered":{"timeoutMs":60000}}}""");

        client.Send("""{"nack":{"channel":"a","offset":1}}""").Send("""{"ack":{"channel":"a","offset":1}}""");
        Assert.Empty(publisher.Frames.OfType<ServerFrame.Receipt>());
        NackAll(client, "a", 1, times: 2, "no");

        Assert.Equal(ReceiptStatus.Delivered, publisher.Take<ServerFrame.Receipt>().Status);
    }

    [Fact]
    public void A_client_that_nacks_everything_for_ever_is_bounded()
    {
        var client = Follow("a");
        var publisher = _node.Connect();
        for (var i = 0; i < 1_200; i++)
            publisher.Send("""{"publish":{"channel":"a","type":"t","data":1}}""", settles: false);
        _node.Settle();
        Assert.Equal(1_200, client.Events.Count);
        client.Forget();
        for (var offset = 1; offset <= 1_200; offset++)
            client.Send($$$"""{"nack":{"channel":"a","offset":{{{offset}}}}}""", settles: false);
        _node.World.Advance(TimeSpan.FromSeconds(10));

        // Beyond a thousand at a time it is given up at once; the thousand are delivered again.
        Assert.Equal(200, LettersOnDisk("$dlq.a"));
        Assert.Equal(1_000, client.Events.Count);
        Assert.All(client.Events, e => Assert.Equal(2, e.Attempt));
    }

    [Fact]
    public void Who_nacks_faster_than_letters_are_written_is_sent_nothing_more_until_all_of_them_are()
    {
        const int Events = 2_600;
        var client = Follow("once.a");
        var publisher = _node.Connect();
        for (var i = 0; i < Events; i++)
            publisher.Send("""{"publish":{"channel":"once.a","type":"t","data":1}}""", settles: false);
        _node.Settle();
        client.Forget();
        for (var offset = 1; offset <= Events; offset++)
            client.Send($$$"""{"nack":{"channel":"once.a","offset":{{{offset}}}}}""", settles: false);
        publisher.Send("""{"publish":{"channel":"once.a","type":"t","data":1}}""", settles: false);
        _node.World.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(Events, LettersOnDisk("$dlq.once.a"));
        Assert.Equal(Enumerable.Range(1, Events), client.Frames.OfType<ServerFrame.Skip>().Select(skip => (int)skip.From).Order());
        Assert.Equal([Events + 1], client.Offsets);
    }

    [Fact]
    public void What_is_delivered_again_costs_credit()
    {
        var client = _node.Connect(hello: "\"credit\":1").Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        Publish("a", 1);
        client.Send("""{"nack":{"channel":"a","offset":1}}""");
        _node.World.Advance(TimeSpan.FromSeconds(5));
        Assert.Single(client.Events);

        client.Send("""{"credit":{"events":1}}""");

        Assert.Equal([0, 2], client.Events.Select(e => e.Attempt));
    }

    [Fact]
    public void An_ephemeral_channel_delivers_again_what_it_remembers()
    {
        var client = Follow("live.a");
        Publish("live.a", 1);

        NackAll(client, "live.a", 1, times: 3, "no");

        Assert.Equal([0, 2, 3], client.Events.Select(e => e.Attempt));
        Assert.Single(Letters("$dlq.live.a"));
    }

    [Theory]
    [InlineData("""{"id":7,"nack":{"channel":"b","offset":1}}""")]
    [InlineData("""{"id":7,"nack":{"channel":"a","offset":9}}""")]
    public void Only_what_was_sent_to_a_subscription_with_acks_can_be_nacked(string nack)
    {
        var client = Follow("a");
        Publish("a", 1);

        client.Send(nack);

        Assert.Equal(ErrorCode.BadRequest, client.Take<ServerFrame.Error>().Code);
    }

    [Fact]
    public void A_dead_letter_that_is_nacked_stays_where_it_is_and_makes_no_other()
    {
        var client = Follow("once.a");
        Publish("once.a", 1);
        client.Send("""{"nack":{"channel":"once.a","offset":1}}""");
        var reader = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"$dlq.once.a","from":"earliest"}}""");

        NackAll(reader, "$dlq.once.a", 1, times: 6, "no");
        _node.World.Advance(TimeSpan.FromMinutes(10));

        Assert.Single(Letters("$dlq.once.a"));
        Assert.Equal([1], reader.Offsets.Distinct());
    }

    [Fact]
    public void A_channel_that_came_by_a_pattern_is_nacked_alike()
    {
        var client = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"once.*"}}""");
        Publish("once.born", 2);

        client.Send("""{"nack":{"channel":"once.born","offset":1}}""").Send("""{"ack":{"channel":"once.born","offset":2}}""");
        _node.World.Advance(TimeSpan.FromMinutes(1));

        Assert.Single(Letters("$dlq.once.born"));
        client.Drop();
        var after = _node.Accept().HelloAgainAs(client);
        Assert.Empty(after.Events);
    }

    [Fact]
    public void What_the_session_gives_up_on_while_its_client_comes_back_is_told_to_it_all_the_same()
    {
        var node = new TestNode(TestNode.With("once", new ChannelSettings { Retry = new RetryRule { Attempts = 1 } }) with { Heartbeat = TimeSpan.FromHours(1) });
        var client = node.Connect().Send("""{"id":2,"subscribe":{"channel":"once"}}""");
        node.Connect().Send("""{"publish":{"channel":"once","type":"t","data":1}}""");
        node.Disk.Faults.FlushMin = node.Disk.Faults.FlushMax = TimeSpan.FromMilliseconds(50);
        client.Send("""{"nack":{"channel":"once","offset":1}}""", settles: false);

        // That it is given up on is on disk, its letter is not; and both the letter and the session's answer wait for the disk.
        node.World.Advance(TimeSpan.FromMilliseconds(75));
        node.CrashAndRestart();
        node.Disk.Faults.IsStalled = true;
        var again = node.Accept().Send($$$$"""{"id":1,"hello":{"session":{"id":"{{{{client.Welcome.Session.Id}}}}","key":"{{{{client.Welcome.Session.Key}}}}"}}}""");
        node.Disk.Faults.Heal();
        node.World.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(0, Assert.Single(again.Take<ServerFrame.Welcome>().Subscriptions).Offset);
        Assert.Equal((1L, 1L), again.Take<ServerFrame.Skip>() is var skip ? (skip.From, skip.To) : default);
    }

    [Fact]
    public void Who_follows_by_a_pattern_is_told_what_was_given_up_of_a_channel_that_rests()
    {
        Publish("once.x", 1);
        var client = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"once.>","from":"earliest"}}""");
        Assert.Equal([1], client.Offsets);
        _node.World.Advance(TimeSpan.FromMinutes(3));
        client.Send("""{"ping":{}}""");
        Assert.Equal(0, _node.ChannelsInMemory);

        client.Send("""{"nack":{"channel":"once.x","offset":1}}""");

        Assert.Equal((1L, 1L), client.Take<ServerFrame.Skip>() is var skip ? (skip.From, skip.To) : default);
        Assert.Single(Letters("$dlq.once.x"));
    }

    private TestClient Follow(string channel) => _node.Connect().Send($$$"""{"id":2,"subscribe":{"channel":"{{{channel}}}"}}""");

    private void Publish(string channel, int count)
    {
        var publisher = _node.Connect();
        for (var i = 1; i <= count; i++)
            publisher.Send($$$"""{"id":{{{i + 1}}},"publish":{"channel":"{{{channel}}}","type":"t","data":{{{i}}},"key":"k"}}""");
    }

    /// <summary>Nacks the event each time it comes.</summary>
    private void NackAll(TestClient client, string channel, long offset, int times, string reason)
    {
        for (var i = 0; i < times; i++)
        {
            client.Send($$$"""{"nack":{"channel":"{{{channel}}}","offset":{{{offset}}},"reason":"{{{reason}}}"}}""");
            _node.World.Advance(TimeSpan.FromSeconds(1 << (i + 1)));
        }
    }

    private IReadOnlyList<ChannelEvent> Letters(string channel) => _node.Connect().Send($$$"""{"id":9,"read":{"channel":"{{{channel}}}","what":"events"}}""").Take<ServerFrame.Page>().Events;

    /// <summary>How many there are, asked without letting time pass but for a moment.</summary>
    private long LettersOnDisk(string channel)
    {
        var replies = new List<ChannelReply>();
        _node.Engine.Channels.Tell(new ChannelCommand.ReadStats(ChannelName.Parse(channel), null, _node.Into(replies)));
        _node.World.Advance(TimeSpan.FromMilliseconds(1));
        return replies.OfType<ChannelReply.Stats>().LastOrDefault()?.Head ?? 0;
    }
}
