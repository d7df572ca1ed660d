using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Connections;

public sealed class DeliveryTests
{
    private readonly TestNode _node = new();

    [Theory]
    [InlineData(10)]
    [InlineData(10_000)]
    public void Who_was_away_gets_everything_in_order_under_credit_while_live_events_keep_coming(int credit)
    {
        var writer = _node.Connect();
        Publish(writer, "a", 700);
        var reader = _node.Connect(hello: $"\"credit\":{credit}").Send("""{"id":2,"subscribe":{"channel":"a","from":"earliest"}}""");

        var got = new List<long>();
        for (var round = 0; got.Count < 800 && round < 1_000; round++)
        {
            if (round % 10 == 0 && round < 100)
                Publish(writer, "a", 10);

            var events = reader.Offsets;
            Assert.True(events.Count <= credit, $"{events.Count} events came with a credit of {credit}");
            got.AddRange(events);
            reader.Forget();
            reader.Send($$$"""{"credit":{"events":{{{events.Count}}}}}""");
        }

        Assert.Equal(Enumerable.Range(1, 800).Select(offset => (long)offset), got);
    }

    [Fact]
    public void A_reader_that_stops_costs_the_others_nothing_and_then_gets_all()
    {
        var node = new TestNode(new EngineOptions { RingBytesMax = 4_096 });
        var stalled = node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var other = node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var writer = node.Connect();
        stalled.StopReading(afterBytes: 100);

        Publish(writer, "a", 500);
        Assert.Equal(500, other.Offsets.Count);
        stalled.ReadOn();

        Assert.Equal(Enumerable.Range(1, 500).Select(offset => (long)offset), stalled.Offsets);
        Assert.Contains(stalled.Frames, frame => frame is ServerFrame.Lag { Mode: "catchUp", Behind: > 0 });
        Assert.Contains(stalled.Frames, frame => frame is ServerFrame.Lag { Mode: "live" });
    }

    [Fact]
    public void Drop_oldest_tells_exactly_what_was_lost()
    {
        var node = new TestNode(new EngineOptions { RingBytesMax = 4_096, Channels = TestNode.With("live", new ChannelSettings { IsDurable = false }).Channels });
        var reader = node.Connect().Send("""{"id":2,"subscribe":{"channel":"live"}}""");
        var writer = node.Connect();
        reader.StopReading(afterBytes: 100);

        Publish(writer, "live", 500);
        reader.ReadOn();

        var gap = reader.Frames.OfType<ServerFrame.Gap>().Single();
        Assert.Equal("overflow", gap.Reason);
        var accounted = reader.Offsets.Concat(Range(gap.From, gap.To)).Order();
        Assert.Equal(Range(1, 500), accounted);
    }

    [Fact]
    public void A_higher_priority_overtakes_with_order_lanes_and_never_with_order_offset()
    {
        var lanes = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var byOffset = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a","order":"offset"}}""");
        var writer = _node.Connect();
        lanes.StopReading(afterBytes: 10);
        byOffset.StopReading(afterBytes: 10);

        writer.Send("""{"publish":{"channel":"a","type":"t","data":1}}""");
        writer.Send("""{"publish":{"channel":"a","type":"t","data":2,"priority":"low"}}""");
        writer.Send("""{"publish":{"channel":"a","type":"t","data":3}}""");
        writer.Send("""{"publish":{"channel":"a","type":"t","data":4,"priority":"critical"}}""");
        writer.Send("""{"publish":{"channel":"a","type":"t","data":5,"priority":"high"}}""");
        lanes.ReadOn();
        byOffset.ReadOn();

        // The first was under way when the reader stopped.
        Assert.Equal([1, 4, 5, 3, 2], lanes.Offsets);
        Assert.Equal([1, 2, 3, 4, 5], byOffset.Offsets);
    }

    [Fact]
    public void What_is_below_the_least_priority_is_skipped_and_told()
    {
        var reader = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a","priority":"high"}}""");
        var writer = _node.Connect();

        writer.Send("""{"publish":{"channel":"a","type":"t","data":1}}""");
        writer.Send("""{"publish":{"channel":"a","type":"t","data":2}}""");
        writer.Send("""{"publish":{"channel":"a","type":"t","data":3,"priority":"critical"}}""");
        writer.Send("""{"publish":{"channel":"a","type":"t","data":4}}""");
        _node.World.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal([3], reader.Offsets);
        Assert.Equal([1L, 2L, 3L, 4L], reader.Frames.OfType<ServerFrame.Skip>().SelectMany(skip => Range(skip.From, skip.To)).Concat(reader.Offsets).Order());
    }

    [Fact]
    public void An_event_past_its_time_is_skipped()
    {
        var writer = _node.Connect();
        writer.Send("""{"publish":{"channel":"a","type":"t","data":1,"ttlMs":1000}}""");
        writer.Send("""{"publish":{"channel":"a","type":"t","data":2}}""");
        _node.World.Advance(TimeSpan.FromSeconds(2));

        var reader = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a","from":"earliest"}}""");

        Assert.Equal([2], reader.Offsets);
        Assert.Equal((1L, 1L), reader.Take<ServerFrame.Skip>() is var skip ? (skip.From, skip.To) : default);
    }

    [Fact]
    public void A_position_older_than_retention_gives_the_exact_gap()
    {
        var node = new TestNode(TestNode.With("a", new ChannelSettings { Retention = new RetentionRule { Count = 10 } }));
        Publish(node.Connect(), "a", 30);
        var epoch = node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""").Take<ServerFrame.Subscribed>().Epoch;

        var reader = node.Connect().Send($$$"""{"id":2,"subscribe":{"channel":"a","from":{"epoch":"{{{epoch}}}","offset":5} } }""");

        var subscribed = reader.Take<ServerFrame.Subscribed>();
        Assert.Equal((Recovered.Gap, new OffsetRange(6, 20), 20L), (subscribed.Recovered, subscribed.Missing!.Value, subscribed.Offset));
        Assert.Equal(Range(21, 30), reader.Offsets);
    }

    [Fact]
    public void A_restored_store_has_new_epochs_and_a_position_of_the_old_one_is_a_reset()
    {
        Publish(_node.Connect(), "a", 5);
        var copy = _node.Disk.TakeCopy();
        Publish(_node.Connect(), "a", 5);
        var reader = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a","from":"earliest"}}""");
        var before = reader.Take<ServerFrame.Subscribed>();
        _node.World.Advance(TimeSpan.FromSeconds(2));

        _node.CrashAndRestart(() => _node.Disk.Restore(copy));
        var again = _node.Connect().Send($$$"""{"id":2,"subscribe":{"channel":"a","from":{"epoch":"{{{before.Epoch}}}","offset":10} } }""");

        var subscribed = again.Take<ServerFrame.Subscribed>();
        Assert.Equal((Recovered.Reset, 0L), (subscribed.Recovered, subscribed.Offset));
        Assert.NotEqual(before.Epoch, subscribed.Epoch);
        Assert.Equal(Range(1, 5), again.Offsets);
    }

    [Fact]
    public void Unsubscribing_ends_the_events()
    {
        var reader = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""").Send("""{"id":3,"unsubscribe":{"channel":"a"}}""");

        Publish(_node.Connect(), "a", 3);

        Assert.Equal(3, reader.Take<ServerFrame.Ok>().Id);
        Assert.Empty(reader.Offsets);
    }

    [Fact]
    public void Reading_pages_through_the_log()
    {
        Publish(_node.Connect(), "a", 25);
        var client = _node.Connect();

        var first = client.Send("""{"id":5,"read":{"channel":"a","what":"events","limit":10}}""").Take<ServerFrame.Page>();
        var second = client.Send($$$"""{"id":6,"read":{"channel":"a","what":"events","limit":100,"from":{"epoch":"{{{first.Epoch}}}","offset":{{{first.Next}}} } } }""")
            .Take<ServerFrame.Page>();

        Assert.Equal(Range(1, 10), first.Events.Select(e => e.Offset));
        Assert.Equal(10, first.Next);
        Assert.Equal(Range(11, 25), second.Events.Select(e => e.Offset));
        Assert.Null(second.Next);
    }

    [Fact]
    public void An_ephemeral_channel_remembers_enough_for_who_comes_back_soon()
    {
        var node = new TestNode(TestNode.With("live", new ChannelSettings { IsDurable = false }));
        var reader = node.Connect().Send("""{"id":2,"subscribe":{"channel":"live"}}""");
        var epoch = reader.Take<ServerFrame.Subscribed>().Epoch;
        Publish(node.Connect(), "live", 5);
        reader.Drop();
        Publish(node.Connect(), "live", 5);

        var again = node.Connect().Send($$$"""{"id":2,"subscribe":{"channel":"live","from":{"epoch":"{{{epoch}}}","offset":5} } }""");

        Assert.Equal(Recovered.Full, again.Take<ServerFrame.Subscribed>().Recovered);
        Assert.Equal(Range(6, 10), again.Offsets);
    }

    internal static IEnumerable<long> Range(long from, long to)
    {
        for (var offset = from; offset <= to; offset++)
            yield return offset;
    }

    private static void Publish(TestClient writer, string channel, int count)
    {
        for (var i = 1; i <= count; i++)
            writer.Send($$$"""{"publish":{"channel":"{{{channel}}}","type":"t","data":{{{i}}}}}""", settles: i == count || i % 50 == 0);
    }
}
