using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Connections;

public sealed class HandOverTests
{
    [Theory]
    [InlineData("low")]
    [InlineData("normal")]
    [InlineData("critical")]
    public void Whoever_falls_out_of_any_lane_gets_everything_out_of_the_log(string priority)
    {
        var node = new TestNode(new EngineOptions { RingBytesMax = 4_096 });
        var stalled = node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var writer = node.Connect();
        stalled.StopReading(afterBytes: 100);

        Publish(writer, 700, $$$"""{"publish":{"channel":"a","type":"t","data":1,"priority":"{{{priority}}}"} }""");
        stalled.ReadOn();

        Assert.Equal(DeliveryTests.Range(1, 700), stalled.Offsets);
        Assert.DoesNotContain(stalled.Frames, frame => frame is ServerFrame.Skip);
    }

    [Theory]
    [InlineData("lanes")]
    [InlineData("offset")]
    public void Who_catches_up_where_others_are_live_gets_what_the_ring_holds_too(string order)
    {
        var node = new TestNode();
        node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        Publish(node.Connect(), 1_000, """{"publish":{"channel":"a","type":"t","data":1}}""");

        var late = node.Connect().Send($$$"""{"id":2,"subscribe":{"channel":"a","from":"earliest","order":"{{{order}}}"} }""");

        Assert.Equal(DeliveryTests.Range(1, 1_000), late.Offsets);
        Assert.DoesNotContain(late.Frames, frame => frame is ServerFrame.Skip);
    }

    [Fact]
    public void A_subscription_that_is_given_up_while_its_session_is_written_is_told_so_and_of_no_position()
    {
        var node = new TestNode();
        node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var client = node.Connect();
        node.Disk.Faults.IsStalled = true;
        client.Send("""{"id":2,"subscribe":{"channel":"a"}}""").Send("""{"id":3,"unsubscribe":{"channel":"a"}}""");

        node.Disk.Faults.IsStalled = false;
        node.Settle();

        Assert.Empty(client.Frames.OfType<ServerFrame.Subscribed>());
        Assert.Equal((2L, ErrorCode.Conflict), client.Take<ServerFrame.Error>() is var error ? (error.Id, error.Code) : default);
        Assert.Equal(3, client.Take<ServerFrame.Ok>().Id);
    }

    [Fact]
    public void A_subscription_from_the_session_made_after_the_welcome_begins_at_the_cursor()
    {
        var node = new TestNode();
        var reader = node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        Publish(node.Connect(), 5, """{"publish":{"channel":"a","type":"t","data":1}}""");
        reader.Send("""{"ack":{"channel":"a","offset":2}}""");
        reader.Forget();

        reader.Send("""{"id":3,"subscribe":{"channel":"a","from":"session","priority":"normal"}}""");

        var subscribed = reader.Take<ServerFrame.Subscribed>();
        Assert.Equal((3L, 2L, Recovered.Full), (subscribed.Id, subscribed.Offset, subscribed.Recovered));
        Assert.Equal([3, 4, 5], reader.Offsets);
    }

    [Fact]
    public void A_page_that_retention_emptied_on_its_way_is_not_taken_for_the_end()
    {
        var node = new TestNode(new EngineOptions
        {
            CatchUpEventsMax = 4,
            Channels = TestNode.With("a", new ChannelSettings { Retention = new RetentionRule { Count = 10 } }).Channels,
        });
        var writer = node.Connect();
        Publish(writer, 10, """{"publish":{"channel":"a","type":"t","data":1}}""");

        var reader = node.Connect();
        for (var round = 0; round < 40; round++)
        {
            reader.Send("""{"id":2,"subscribe":{"channel":"a","from":"earliest"}}""", settles: false);
            for (var i = 0; i < 12; i++)
                writer.Send("""{"publish":{"channel":"a","type":"t","data":1}}""", settles: false);

            node.Settle();
            Assert.DoesNotContain(reader.Frames, frame => frame is ServerFrame.Skip);
            reader.Forget();
        }
    }

    [Fact]
    public void Every_subscribe_with_an_id_is_answered_also_when_a_later_one_replaced_it()
    {
        var node = new TestNode();

        var client = node.Connect().Send("""
            {"id":2,"subscribe":{"channel":"a"}}
            {"id":3,"subscribe":{"channel":"a"}}
            {"id":4,"subscribe":{"channel":"b"}}
            {"id":5,"unsubscribe":{"channel":"b"}}
            """);

        Assert.Equal([2L, 3L, 4L, 5L], client.Frames.Where(frame => frame.Id > 1).Select(frame => frame.Id).Order());
    }

    [Fact]
    public void A_client_that_does_not_read_does_not_disturb_the_drain()
    {
        var node = new TestNode(new EngineOptions { OutboxBytesMax = 100 });
        var stalled = node.Connect();
        var other = node.Connect();
        var third = node.Connect();
        foreach (var client in new[] { stalled, third })
        {
            client.StopReading();
            for (var i = 0; i < 33 && client.ClosedWith is null; i++)
                client.Send("""{"id":7,"ping":{}}""");
        }

        node.Engine.GoAway(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2));
        node.Settle();
        other.Send("""{"id":8,"ping":{}}""");

        Assert.Single(other.Frames.OfType<ServerFrame.Goaway>());
        Assert.Equal(8, other.Take<ServerFrame.Pong>().Id);
    }

    [Fact]
    public void Whoever_sends_clients_away_learns_when_the_last_has_gone_by_itself()
    {
        var node = new TestNode();
        TestClient[] clients = [.. Enumerable.Range(0, 3).Select(_ => node.Connect())];
        var gone = new List<AllClosed>();

        node.Engine.GoAway(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2), replyTo: node.World.System.Spawn<AllClosed>("gone", () => new Departed(gone)));
        node.Settle();
        foreach (var client in clients[..2])
            client.Drop();
        var before = gone.Count;
        clients[2].Drop();

        Assert.InRange(before, 0, node.Engine.Edges - 1);
        Assert.Equal(node.Engine.Edges, gone.Count);
        Assert.All(clients, client => Assert.Single(client.Frames.OfType<ServerFrame.Goaway>()));
    }

    [Fact]
    public void What_was_done_ahead_is_accounted_for_also_when_a_gap_reaches_up_to_it()
    {
        var node = new TestNode(TestNode.With("a", new ChannelSettings { Retention = new RetentionRule { Count = 4 } }));
        var first = node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        Publish(node.Connect(), 4, """{"publish":{"channel":"a","type":"t","data":1}}""");
        first.Send("""{"ack":{"channel":"a","offset":1,"ranges":[[3,4]]}}""");
        first.Drop();
        Publish(node.Connect(), 2, """{"publish":{"channel":"a","type":"t","data":1}}""");

        var again = node.Connect(hello: $$""" "session":{"id":"{{first.Welcome.Session.Id}}","key":"{{first.Welcome.Session.Key}}"} """);

        Assert.Equal((2L, Recovered.Gap), again.Welcome.Subscriptions.Single() is var s ? (s.Offset, s.Recovered) : default);
        var told = again.Frames.OfType<ServerFrame.Skip>().SelectMany(skip => DeliveryTests.Range(skip.From, skip.To)).Concat(again.Offsets);
        Assert.Equal(DeliveryTests.Range(3, 6), told.Order());
    }

    [Fact]
    public void A_page_of_an_ephemeral_channel_and_the_live_events_after_it_never_overlap()
    {
        for (var seed = 1UL; seed <= 40; seed++)
        {
            var node = new TestNode(new EngineOptions { CatchUpEventsMax = 3, Channels = TestNode.With("a", new ChannelSettings { IsDurable = false }).Channels }, seed);
            var writer = node.Connect();
            var reader = node.Connect().Send("""{"id":2,"subscribe":{"channel":"a","overflow":"catchUp"}}""");
            Publish(writer, 12, """{"publish":{"channel":"a","type":"t","data":1}}""");
            reader.Send("""{"id":3,"subscribe":{"channel":"a","from":"earliest","overflow":"catchUp"}}""", settles: false);
            for (var i = 0; i < 12; i++)
            {
                for (var step = 0; step < (int)(seed % 7); step++)
                    node.World.Step();

                writer.Send("""{"publish":{"channel":"a","type":"t","data":1}}""", settles: false);
            }

            reader.Take<ServerFrame.Subscribed>();
            node.Settle();
            while (reader.Frames.Any(frame => frame is ServerFrame.Subscribed))
                reader.Take<ServerFrame.Subscribed>();

            Assert.Equal(DeliveryTests.Range(1, 24), reader.Offsets);
        }
    }

    private static void Publish(TestClient writer, int count, string json)
    {
        for (var i = 1; i <= count; i++)
            writer.Send(json, settles: i == count || i % 50 == 0);
    }

    private sealed class Departed(List<AllClosed> gone) : Actor<AllClosed>
    {
        protected override void Receive(AllClosed message) => gone.Add(message);
    }
}
