using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Connections;

/// <summary>What each option of a subscription makes of the events, alone and together, live and out of the log.</summary>
public sealed class ShapingTests
{
    private readonly TestNode _node = new();

    [Fact]
    public void A_filter_lets_through_what_matches_every_attribute_and_tells_the_rest_as_skipped()
    {
        var reader = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a","filter":{"type":["order.*","done"],"source":["w"]}}}""");
        var writer = _node.Connect();

        writer.Send("""{"publish":{"channel":"a","type":"order.new","source":"w","data":1}}""");
        writer.Send("""{"publish":{"channel":"a","type":"order.new","source":"x","data":2}}""");
        writer.Send("""{"publish":{"channel":"a","type":"order","source":"w","data":3}}""");
        writer.Send("""{"publish":{"channel":"a","type":"done","data":4}}""");
        writer.Send("""{"publish":{"channel":"a","type":"done","source":"w","data":5}}""");
        _node.World.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal([1, 5], reader.Offsets);
        Assert.Equal([2L, 3L, 4L], Skipped(reader));
    }

    [Theory]
    [InlineData(WireFormat.WebSocketJson)]
    [InlineData(WireFormat.WebSocketProtobuf)]
    public void Fields_leave_of_an_object_what_was_asked_for_live_and_out_of_the_log(WireFormat format)
    {
        var writer = _node.Connect();
        writer.Send("""{"publish":{"channel":"a","type":"t","data":{"a":1.50,"b":{"a":2},"c":[{"x":"}"}],"\u0064":"\"q"}}}""");
        var reader = _node.Connect(format).Send("""{"id":2,"subscribe":{"channel":"a","from":"earliest","fields":["d","a","c"]}}""");
        writer.Send("""{"publish":{"channel":"a","type":"t","data":{"b":1,"c":"\\\",\"a\":1"}}}""");
        writer.Send("""{"publish":{"channel":"a","type":"t","data":[1,{"b":2}]}}""");
        writer.Send("""{"publish":{"channel":"a","type":"t","data":{"b":1}}}""");

        Assert.Equal(
            ["""{"a":1.50,"c":[{"x":"}"}],"\u0064":"\"q"}""", """{"c":"\\\",\"a\":1"}""", """[1,{"b":2}]""", "{}"],
            reader.Events.Select(e => System.Text.Encoding.UTF8.GetString(e.Body.Data.Span)));
    }

    [Fact]
    public void Debounce_lets_out_the_last_one_when_it_is_quiet_and_tells_the_others_before_it()
    {
        var reader = Reader("""{"debounceMs":200}""");
        var writer = _node.Connect();

        for (var i = 0; i < 5; i++)
        {
            Publish(writer, "t", settle: false);
            _node.World.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Empty(reader.Frames);
        _node.World.Advance(TimeSpan.FromMilliseconds(120));

        Assert.Equal([5], reader.Offsets);
        Assert.Equal((1L, 4L), Assert.IsType<ServerFrame.Skip>(reader.Frames[0]) is var skip ? (skip.From, skip.To) : default);
    }

    [Fact]
    public void A_steady_stream_cannot_starve_debounce_and_what_is_immediate_passes_at_once()
    {
        var reader = Reader("""{"debounceMs":200,"debounceMaxMs":1000,"immediate":["now"]}""");
        var writer = _node.Connect();

        for (var i = 0; i < 24; i++)
        {
            Publish(writer, i == 12 ? "now" : "t", settle: false);
            _node.World.Advance(TimeSpan.FromMilliseconds(50));
        }

        Assert.Contains(13L, reader.Offsets);
        Assert.InRange(reader.Offsets.Count, 2, 3);
        Assert.InRange(reader.Offsets.First(offset => offset != 13), 19, 22);
    }

    [Fact]
    public void Conflation_keeps_the_newest_of_each_key_of_what_waited_while_the_client_did_not_read()
    {
        var reader = Reader("""{"conflate":"key"}""");
        var writer = _node.Connect();
        reader.StopReading(afterBytes: 10);

        // The first is under way when the reader stops.
        Publish(writer, "t", "k0");
        foreach (var key in (string?[])["a", "b", "a", null, "c", "a", null, "b"])
            Publish(writer, "t", key);

        reader.ReadOn();

        Assert.Equal([1, 5, 6, 7, 8, 9], reader.Offsets);
        Assert.Equal([2L, 3L, 4L], Skipped(reader));
    }

    [Fact]
    public void A_client_without_credit_gets_the_newest_of_each_key_when_it_has_some()
    {
        var reader = _node.Connect(hello: "\"credit\":0").Send("""{"id":2,"subscribe":{"channel":"a","shape":{"conflate":"channel"}}}""");
        reader.Forget();
        var writer = _node.Connect();
        for (var i = 0; i < 50; i++)
        {
            Publish(writer, "t", settle: false);
            _node.World.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Empty(reader.Offsets);
        reader.Send("""{"credit":{"events":1}}""");

        Assert.Equal([50], reader.Offsets);
        Assert.Equal(DeliveryTests.Range(1, 49), Skipped(reader));
    }

    [Fact]
    public void A_batch_waits_for_its_time_or_its_count_and_leaves_in_one_write()
    {
        var reader = Reader("""{"batchMs":1000,"batchMax":3}""");
        var writer = _node.Connect();

        Publish(writer, "t", settle: false);
        Publish(writer, "t", settle: false);
        _node.World.Advance(TimeSpan.FromMilliseconds(900));
        Assert.Empty(reader.Offsets);
        _node.World.Advance(TimeSpan.FromMilliseconds(120));
        Assert.Equal([1, 2], reader.Offsets);

        for (var i = 0; i < 3; i++)
            Publish(writer, "t", settle: false);

        _node.World.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal([1, 2, 3, 4, 5], reader.Offsets);
    }

    [Fact]
    public void No_more_than_so_many_leave_in_a_second_and_the_rest_waits()
    {
        var reader = Reader("""{"maxPerSecond":5}""");
        var writer = _node.Connect();
        for (var i = 0; i < 12; i++)
            Publish(writer, "t", settle: false);

        _node.World.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(5, reader.Offsets.Count);
        _node.World.Advance(TimeSpan.FromMilliseconds(1_000));
        Assert.Equal(10, reader.Offsets.Count);
        _node.World.Advance(TimeSpan.FromMilliseconds(1_100));

        Assert.Equal(DeliveryTests.Range(1, 12), reader.Offsets);
    }

    [Fact]
    public void Critical_events_wait_neither_for_the_batch_nor_for_the_rate_even_when_a_thousand_wait_for_it()
    {
        var reader = Reader("""{"maxPerSecond":1}""");
        var writer = _node.Connect();
        for (var i = 0; i < 2_000; i++)
            Publish(writer, "t", settle: i % 100 == 99);

        reader.Forget();
        writer.Send("""{"publish":{"channel":"a","type":"t","data":1,"priority":"critical"}}""", settles: false);
        _node.World.Advance(TimeSpan.FromMilliseconds(20));

        Assert.Contains(2_001L, reader.Offsets);
    }

    [Fact]
    public void Order_by_offset_holds_through_all_stages()
    {
        var reader = _node.Connect().Send(
            """{"id":2,"subscribe":{"channel":"a","order":"offset","shape":{"debounceMs":100,"immediate":["now"],"conflate":"key","batchMs":50,"maxPerSecond":50}}}""");
        var writer = _node.Connect();
        for (var i = 0; i < 40; i++)
        {
            var priority = i % 7 == 0 ? "critical" : i % 3 == 0 ? "low" : "normal";
            writer.Send($$$"""{"publish":{"channel":"a","type":"{{{(i % 5 == 0 ? "now" : "t")}}}","key":"k{{{i % 4}}}","data":{{{i}}},"priority":"{{{priority}}}"}}""", settles: false);
            _node.World.Advance(TimeSpan.FromMilliseconds(30));
        }

        _node.World.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(reader.Offsets.Order(), reader.Offsets);
        Assert.Equal(DeliveryTests.Range(1, 40), reader.Offsets.Concat(Skipped(reader)).Order());
        foreach (var immediate in DeliveryTests.Range(1, 40).Where(offset => (offset - 1) % 5 == 0))
            Assert.Contains(immediate, reader.Offsets);
    }

    [Fact]
    public void An_event_whose_time_is_over_while_it_is_held_is_skipped()
    {
        var reader = Reader("""{"batchMs":1000}""");
        var writer = _node.Connect();

        writer.Send("""{"publish":{"channel":"a","type":"t","data":1,"ttlMs":300}}""", settles: false);
        writer.Send("""{"publish":{"channel":"a","type":"t","data":2}}""", settles: false);
        _node.World.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal([2], reader.Offsets);
        Assert.Equal([1L], Skipped(reader));
    }

    [Fact]
    public void The_log_is_shaped_as_the_live_events_are()
    {
        var writer = _node.Connect();
        for (var i = 0; i < 700; i++)
            Publish(writer, "t", $"k{i % 10}", settle: i % 100 == 99);

        var reader = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a","from":"earliest","shape":{"conflate":"key"},"filter":{"key":["k1","k2"]}}}""");
        Publish(writer, "t", "k1");
        _node.World.Advance(TimeSpan.FromSeconds(2));

        // Page by page the newest of each key, and then the live one.
        Assert.Equal(701, reader.Offsets[^1]);
        Assert.InRange(reader.Offsets.Count, 3, 11);
        Assert.All(reader.Events, e => Assert.Contains(e.Body.Key, (string[])["k1", "k2"]));
        Assert.Equal(DeliveryTests.Range(1, 701), reader.Offsets.Concat(Skipped(reader)).Order());
    }

    [Fact]
    public void What_is_held_when_the_connection_ends_comes_again_on_resume_and_the_shape_with_it()
    {
        var reader = Reader("""{"debounceMs":400}""");
        var writer = _node.Connect();
        Publish(writer, "t", settle: false);
        Publish(writer, "t", settle: false);
        _node.World.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Empty(reader.Offsets);

        reader.Drop();
        var again = _node.Accept().HelloAgainAs(reader);
        _node.World.Advance(TimeSpan.FromSeconds(1));

        Assert.True(again.Welcome.Session.Resumed);
        Assert.Equal([2], again.Offsets);
        Assert.Equal([1L], Skipped(again));

        again.Forget();
        Publish(writer, "t", settle: false);
        Publish(writer, "t", settle: false);
        _node.World.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([4], again.Offsets);
    }

    [Fact]
    public void An_older_event_never_comes_after_the_newer_one_that_replaced_it_wherever_the_connection_is_cut()
    {
        var reader = Reader("""{"conflate":"key"}""");
        var writer = _node.Connect();
        reader.StopReading(afterBytes: 10);
        for (var i = 0; i < 30; i++)
            Publish(writer, "t", $"k{i % 3}");

        reader.ReadOn();
        reader.Send($$$"""{"ack":{"channel":"a","offset":0,"ranges":[[{{{reader.Offsets[^1]}}},{{{reader.Offsets[^1]}}}]]}}""");
        var told = Skipped(reader).Concat(reader.Offsets).ToHashSet();
        var newest = reader.Offsets[^1];

        // Whatever is older than the newest was told before it: a client that knows has nothing to ask for again.
        Assert.Equal(DeliveryTests.Range(1, newest), told.Order());
        Assert.True(reader.Frames.TakeWhile(frame => frame is not ServerFrame.Event { Body.Offset: > 27 }).OfType<ServerFrame.Skip>().Any());
    }

    [Fact]
    public void A_new_channel_actor_costs_a_shaped_subscription_nothing()
    {
        var node = new TestNode(TestNode.With("live", new ChannelSettings { IsDurable = false, KeepsForOffline = true }));
        var reader = node.Connect().Send("""{"id":2,"subscribe":{"channel":"live","shape":{"debounceMs":100}}}""");
        var writer = node.Connect();
        writer.Send("""{"publish":{"channel":"live","type":"t","data":1}}""");
        reader.Drop();
        writer.Send("""{"publish":{"channel":"live","type":"t","data":2}}""");
        writer.Send("""{"publish":{"channel":"live","type":"t","data":3}}""");

        var again = node.Accept().HelloAgainAs(reader);
        node.World.Advance(TimeSpan.FromSeconds(3));

        // Nothing was acked: the inbox holds all three, and debounce leaves the last of them.
        Assert.Equal(3, again.Offsets[^1]);
        Assert.Equal(DeliveryTests.Range(1, 3), again.Offsets.Concat(Skipped(again)).Order());
        again.Send("""{"ack":{"channel":"live","offset":3}}""");
        again.Forget();
        writer.Send("""{"publish":{"channel":"live","type":"t","data":4}}""");
        node.World.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([4], again.Offsets);
    }

    private TestClient Reader(string shape)
    {
        var reader = _node.Connect().Send($$$"""{"id":2,"subscribe":{"channel":"a","shape":{{{shape}}}}}""");
        reader.Take<ServerFrame.Subscribed>();
        return reader;
    }

    private static void Publish(TestClient writer, string type, string? key = null, bool settle = true) =>
        writer.Send($$$"""{"publish":{"channel":"a","type":"{{{type}}}","data":1{{{(key is null ? "" : $",\"key\":\"{key}\"")}}}}}""", settle);

    private static IEnumerable<long> Skipped(TestClient client) =>
        client.Frames.OfType<ServerFrame.Skip>().SelectMany(skip => DeliveryTests.Range(skip.From, skip.To)).Order();
}
