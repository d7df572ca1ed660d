using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Connections;

/// <summary>The actor of a channel ends under those who follow it, publish to it and read it: a fault of its own, a node that is gone, a shard that moves.</summary>
public sealed class ChannelEndTests
{
    private readonly TestNode _node = new(TestNode.With("newest", new ChannelSettings { Retention = new RetentionRule { Count = 3 } }) with { CatchUpEventsMax = 7, Heartbeat = TimeSpan.FromHours(1) });

    [Fact]
    public void Whoever_follows_goes_on_where_he_was_and_is_told_nothing_of_it()
    {
        var client = Follow("a");
        Publish("a", 3);

        _node.EndChannel("a");
        Publish("a", 3);

        Assert.Equal([1L, 2L, 3L, 4L, 5L, 6L], client.Offsets);
        Assert.Empty(client.Frames.OfType<ServerFrame.Subscribed>());
    }

    [Fact]
    public void However_often_it_ends_while_a_client_catches_up_each_event_comes_once_and_in_order()
    {
        Publish("a", 400);
        var client = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a","from":"earliest"}}""", settles: false);

        for (var i = 0; i < 60; i++)
        {
            _node.World.Advance(TimeSpan.FromMilliseconds(1.3));
            _node.TryEndChannel("a");
        }

        _node.World.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(Enumerable.Range(1, 400).Select(offset => (long)offset), client.Offsets);
    }

    [Fact]
    public void An_ack_that_comes_while_the_successor_reads_its_log_counts()
    {
        var client = Follow("a");
        Publish("a", 3);

        _node.Disk.Faults.ReadFailureChance = 1;
        _node.EndChannel("a");
        client.Send("""{"ack":{"channel":"a","offset":3}}""");
        _node.Disk.Faults.Heal();
        _node.Settle();
        client.Drop();

        Assert.Empty(_node.Accept().HelloAgainAs(client).Offsets);
    }

    [Fact]
    public void What_retention_took_meanwhile_is_told_as_a_gap_and_what_was_sent_already_is_not_waited_for()
    {
        var client = Follow("newest", body: "\"order\":\"lanes\"", hello: "\"credit\":2");
        Publish("newest", 1);
        Publish("newest", 18);
        Publish("newest", 1, priority: "critical");
        Assert.Equal([1L, 2L], client.Offsets);
        client.Send("""{"credit":{"events":1}}""");
        Assert.Equal([1L, 2L, 20L], client.Offsets);
        client.Forget();

        _node.EndChannel("newest");
        client.Send("""{"credit":{"events":100}}""");

        Assert.Equal([(3L, 17L)], client.Frames.OfType<ServerFrame.Gap>().Select(gap => (gap.From, gap.To)));
        Assert.Equal([18L, 19L], client.Offsets);
        Assert.Empty(client.Frames.OfType<ServerFrame.Subscribed>());
    }

    [Fact]
    public void With_what_retention_took_the_session_does_not_move_beyond_what_was_acked()
    {
        var client = Follow("newest", hello: "\"credit\":5");
        Publish("newest", 20);
        client.Send("""{"ack":{"channel":"newest","offset":2}}""");

        _node.EndChannel("newest");
        client.Send("""{"credit":{"events":1}}""");
        Assert.Equal((6L, 17L), client.Take<ServerFrame.Gap>() is var gap ? (gap.From, gap.To) : default);
        client.Drop();

        var again = _node.Accept().HelloAgainAs(client);
        Assert.Equal(new OffsetRange(3, 17), Assert.Single(again.Welcome.Subscriptions).Missing);
    }

    [Fact]
    public void Who_asked_to_follow_and_was_not_answered_is_followed_all_the_same()
    {
        Publish("a", 1);
        var client = _node.Connect();
        _node.EndChannel("a");
        _node.Disk.Faults.ReadFailureChance = 1;
        client.Send("""{"id":2,"subscribe":{"channel":"a","from":"earliest"}}""");

        _node.EndChannel("a");
        _node.Disk.Faults.Heal();
        _node.World.Advance(TimeSpan.FromSeconds(5));
        Publish("a", 1);

        Assert.Equal(2, client.Take<ServerFrame.Subscribed>().Id);
        Assert.Equal([1L, 2L], client.Offsets);
    }

    [Fact]
    public void A_client_is_answered_before_anything_is_sent_although_the_actor_ended_while_the_session_was_written()
    {
        var other = Follow("a");
        var client = _node.Connect();
        _node.Disk.Faults.IsStalled = true;
        client.Send("""{"id":2,"subscribe":{"channel":"a"}}""");

        _node.EndChannel("a");
        Assert.Empty(client.Frames);
        _node.Disk.Faults.Heal();
        _node.Settle();
        Publish("a", 2);

        Assert.Equal([2L], client.Frames.OfType<ServerFrame.Subscribed>().Select(subscribed => subscribed.Id));
        Assert.IsType<ServerFrame.Subscribed>(client.Frames[0]);
        Assert.Equal([1L, 2L], client.Offsets);
        Assert.Equal([1L, 2L], other.Offsets);
    }

    [Fact]
    public void A_publisher_to_whose_event_it_did_not_come_is_told_to_try_again()
    {
        Publish("a", 1);
        var writer = _node.Connect();
        _node.EndChannel("a");
        _node.Disk.Faults.ReadFailureChance = 1;
        writer.Send("""{"id":2,"publish":{"channel":"a","type":"t","data":2}}""");

        _node.EndChannel("a");

        Assert.Equal((2L, ErrorCode.Overloaded), writer.Take<ServerFrame.Error>() is var error ? (error.Id, error.Code) : default);
        _node.Disk.Faults.Heal();
        Publish("a", 1);
        Assert.Equal([1L, 2L], _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a","from":"earliest"}}""").Offsets);
    }

    [Fact]
    public void A_publisher_whose_event_was_on_its_way_to_the_disk_is_told_that_nobody_knows()
    {
        Publish("a", 1);
        _node.Disk.Faults.IsStalled = true;
        var writer = _node.Connect().Send("""{"id":2,"publish":{"channel":"a","type":"t","data":2}}""").Send("""{"id":3,"mutate":{"channel":"a","key":"k","operation":"set","value":1}}""");

        _node.EndChannel("a");

        Assert.Equal((2L, ReceiptStatus.Unknown), writer.Frames.OfType<ServerFrame.Receipt>().Single() is var receipt ? (receipt.Id, receipt.Status) : default);
        Assert.Equal((3L, ErrorCode.Timeout), writer.Frames.OfType<ServerFrame.Error>().Single() is var error ? (error.Id, error.Code) : default);
    }

    [Fact]
    public void Who_waits_for_a_former_state_or_a_history_is_told_to_try_again()
    {
        var client = _node.Connect();
        client.Mutate("a", "k", "set", "1");
        client.Mutate("a", "k", "set", "2");
        client.Forget();
        _node.Disk.Faults.ReadMax = TimeSpan.FromDays(1);
        client.Send("""{"id":5,"read":{"channel":"a","what":"state","at":1}}""").Send("""{"id":6,"read":{"channel":"a","what":"history","key":"k"}}""");
        Assert.Empty(client.Frames);

        _node.EndChannel("a");

        Assert.Equal([(5L, ErrorCode.Overloaded), (6L, ErrorCode.Overloaded)], client.Frames.OfType<ServerFrame.Error>().Select(error => (error.Id, error.Code)));
    }

    [Fact]
    public void Of_an_ephemeral_channel_the_next_life_is_told_before_its_events()
    {
        _node.Options = TestNode.With("e", new ChannelSettings { IsDurable = false, KeepsForOffline = true });
        _node.CrashAndRestart();
        var client = Follow("e");
        Publish("e", 2);
        client.Forget();

        _node.Disk.Faults.IsStalled = true;
        _node.EndChannel("e");
        _node.Connect().Send("""{"publish":{"channel":"e","type":"t","data":1}}""");
        Assert.Empty(client.Frames);
        _node.Disk.Faults.Heal();
        _node.Settle();

        Assert.Equal(Recovered.Reset, client.Take<ServerFrame.Subscribed>().Recovered);
        Assert.Equal([1L], client.Offsets);
        Publish("e", 1);
        Assert.Equal([1L, 2L], client.Offsets);
    }

    [Fact]
    public void What_was_acked_of_the_former_life_is_no_ack_of_the_next_one()
    {
        _node.Options = TestNode.With("e", new ChannelSettings { IsDurable = false }) with { Heartbeat = TimeSpan.FromHours(1) };
        _node.CrashAndRestart();
        var client = Follow("e");
        Publish("e", 2);
        _node.EndChannel("e");
        client.Take<ServerFrame.Ping>();
        var writer = _node.Connect().Send("""{"id":2,"publish":{"channel":"e","type":"t","data":1,"confirm":"delivered"}}""");

        client.Send("""{"ack":{"channel":"e","offset":2}}""");
        Assert.Empty(writer.Frames);
        client.Send("""{"pong":{}}""").Send("""{"ack":{"channel":"e","offset":1}}""");

        Assert.Equal(ReceiptStatus.Delivered, writer.Take<ServerFrame.Receipt>().Status);
    }

    private TestClient Follow(string channel, string hello = "", string body = "\"from\":\"now\"")
    {
        var client = _node.Connect(hello: hello).Send($$$"""{"id":2,"subscribe":{"channel":"{{{channel}}}",{{{body}}}}}""");
        client.Take<ServerFrame.Subscribed>();
        return client;
    }

    private void Publish(string channel, int count, string priority = "normal")
    {
        var writer = _node.Connect();
        for (var i = 0; i < count; i++)
            writer.Send($$$"""{"publish":{"channel":"{{{channel}}}","type":"t","priority":"{{{priority}}}","data":{{{i}}}}}""", settles: i == count - 1);

        writer.Drop();
    }
}
