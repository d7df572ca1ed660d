using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Telemetry;

public sealed class EventFiguresTests : IDisposable
{
    private static readonly EngineOptions _options = new()
    {
        RingBytesMax = 4_096,
        Channels =
        [
            (ChannelPattern.Parse("live"), new ChannelSettings { IsDurable = false }),
            (ChannelPattern.Parse("short"), new ChannelSettings { Retention = new RetentionRule { Count = 10 } }),
        ],
    };

    private readonly MeterProbe _figures = new();
    private readonly TestNode _node;

    public EventFiguresTests() => _node = new TestNode(_options, meters: _figures.Meters);

    public void Dispose() => _figures.Dispose();

    [Fact]
    public void What_was_published_is_counted_by_what_became_of_it()
    {
        var writer = _node.Connect();
        Publish(writer, "a", 3);
        Publish(writer, "live", 2);
        writer.Send("""{"id":7,"publish":{"channel":"a","type":"t","data":1,"producer":{"id":"p","sequence":1}}}""");
        writer.Send("""{"id":8,"publish":{"channel":"a","type":"t","data":1,"producer":{"id":"p","sequence":1}}}""");
        writer.Send("""{"id":9,"publish":{"channel":"a","type":"t","data":2,"producer":{"id":"p","sequence":1}}}""");

        Assert.Equal(4, _figures["realtime.events.published outcome=persisted"]);
        Assert.Equal(2, _figures["realtime.events.published outcome=accepted"]);
        Assert.Equal(1, _figures["realtime.events.published outcome=duplicate"]);
        Assert.Equal(1, _figures["realtime.events.refused code=conflict"]);
        Assert.Equal(1, _figures["realtime.errors transport=websocket code=conflict"]);
    }

    [Fact]
    public void What_the_disk_did_not_take_is_counted_and_waits_no_more()
    {
        var writer = _node.Connect();
        Publish(writer, "a", 1);
        _node.Disk.Faults.IsFull = true;
        writer.Send("""{"id":7,"publish":{"channel":"a","type":"t","data":1}}""");
        writer.Send("""{"publish":{"channel":"a","type":"t","data":1}}""");

        Assert.Equal(1, _figures["realtime.events.refused code=overloaded"]);
        Assert.Equal(1, _figures["realtime.events.published outcome=lost"]);
        Assert.Equal(0, _figures["realtime.events.undecided"]);

        _node.Disk.Faults.Heal();
        _node.Disk.Faults.UnknownCommitChance = 1;
        writer.Send("""{"id":8,"publish":{"channel":"a","type":"t","data":1}}""");

        Assert.Equal(1, _figures["realtime.events.published outcome=unknown"]);
        Assert.Equal(0, _figures["realtime.events.undecided"]);
    }

    [Fact]
    public void What_waits_for_the_disk_is_counted_while_it_waits()
    {
        var writer = _node.Connect();
        Publish(writer, "a", 1);
        _node.Disk.Faults.IsStalled = true;
        Publish(writer, "a", 5);
        Assert.Equal(5, _figures["realtime.events.undecided"]);

        _node.Disk.Faults.IsStalled = false;
        _node.Settle();

        Assert.Equal(0, _figures["realtime.events.undecided"]);
        Assert.Equal(6, _figures["realtime.events.published outcome=persisted"]);
    }

    [Fact]
    public void Every_delivery_is_counted_and_so_is_every_byte()
    {
        var readers = Enumerable.Range(0, 3).Select(_ => _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""")).ToList();
        var before = _figures["realtime.sent"];

        Publish(_node.Connect(), "a", 10);
        readers[0].Send("""{"ack":{"channel":"a","offset":4}}""");
        _node.World.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(30, _figures["realtime.events.delivered"]);
        Assert.Equal(30, readers.Sum(reader => reader.Offsets.Count));
        Assert.InRange(_figures["realtime.sent"] - before, 30 * 50, 30 * 500);
        Assert.Equal(3, _figures["realtime.subscriptions"]);
        Assert.Equal(1, _figures["realtime.acks"]);
        Assert.Equal(0, _figures["realtime.lag.events"]);
        Assert.Equal((6 + 10 + 10, 10), (_figures["realtime.unacked.events"], _figures["realtime.unacked.events.max"]));
    }

    [Fact]
    public void A_slow_reader_shows_as_lag_as_bytes_that_wait_and_as_a_catch_up()
    {
        var reader = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var other = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var writer = _node.Connect();
        reader.StopReading(afterBytes: 100);

        Publish(writer, "a", 200);
        _node.World.Advance(TimeSpan.FromSeconds(2));
        var lag = _figures["realtime.lag.events"];
        Assert.InRange(lag, 1, 200);
        Assert.Equal(lag, _figures["realtime.lag.events.max"]);
        Assert.NotEqual(0, _figures["realtime.outbox"]);

        reader.ReadOn();
        _node.World.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(200, other.Offsets.Count);
        Assert.Equal((0, 0), (_figures["realtime.lag.events"], _figures["realtime.outbox"]));
        Assert.Equal(1, _figures["realtime.catch_ups cause=fell_behind"]);
    }

    [Fact]
    public void What_a_client_is_told_that_it_does_not_get_is_counted_by_the_reason()
    {
        var dropping = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"live"}}""");
        var choosy = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a","priority":"high"}}""");
        var writer = _node.Connect();
        dropping.StopReading(afterBytes: 100);
        Publish(writer, "live", 500);
        dropping.ReadOn();
        Publish(writer, "a", 4);
        Publish(writer, "short", 30);
        var epoch = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"short"}}""").Take<Protocol.Frames.ServerFrame.Subscribed>().Epoch;
        _node.Connect().Send($$$"""{"id":2,"subscribe":{"channel":"short","from":{"epoch":"{{{epoch}}}","offset":5} } }""");
        _node.World.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(500 - dropping.Offsets.Count, _figures["realtime.events.dropped"]);
        Assert.NotEqual(0, _figures["realtime.events.dropped"]);
        Assert.Equal(4, _figures["realtime.events.skipped"]);
        Assert.Equal(15, _figures["realtime.events.gone"]);
        Assert.Equal(1, _figures["realtime.catch_ups cause=subscribed_behind"]);
        Assert.Empty(choosy.Offsets);
    }

    private static void Publish(TestClient writer, string channel, int count)
    {
        for (var i = 1; i <= count; i++)
            writer.Send($$$"""{"publish":{"channel":"{{{channel}}}","type":"t","data":{{{i}}}}}""", settles: i == count || i % 50 == 0);
    }
}
