using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Sessions;

public sealed class SessionEndTests
{
    [Theory]
    [InlineData("a/b")]
    [InlineData("session/x")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789")]
    public void A_session_id_that_this_server_never_gives_out_is_unknown(string id)
    {
        var node = new TestNode(new EngineOptions { Shards = 1 });
        var other = node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");

        for (var i = 0; i < 12; i++)
        {
            var client = node.Connect(hello: $$""" "session":{"id":"{{id}}","key":"k"} """);
            Assert.Equal((false, "unknown"), (client.Welcome.Session.Resumed, client.Welcome.Session.Reason));
        }

        other.Send("""{"id":3,"unsubscribe":{"channel":"a"}}""");
        Assert.Equal(3, other.Take<ServerFrame.Ok>().Id);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_node_comes_to_its_end_also_after_sessions_were_ended(bool isJournaled)
    {
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var node = new TestNode(seed: seed);
            var client = node.Connect();
            if (isJournaled)
                client.Send("""{"id":2,"subscribe":{"channel":"a"}}""");

            client.Send("""{"id":3,"bye":{"keepSession":false}}""");
            var closed = new List<AllClosed>();
            node.Engine.CloseAll(CloseCode.Bye, "the end", node.World.System.Spawn<AllClosed>("end", () => new Recorder(closed)));
            node.Settle();

            Assert.Equal(node.Engine.Edges, closed.Count);
        }
    }

    /// <summary>Whoever waits for the answer to bye may go on elsewhere at once, whatever happens here.</summary>
    [Fact]
    public void What_was_acked_before_bye_is_on_disk_when_bye_is_answered()
    {
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var node = new TestNode(seed: seed);
            var first = node.Connect().Send("""{"id":2,"subscribe":{"channel":"live"}}""");
            Publish(node, 3);
            first.Send("""
                {"ack":{"channel":"live","offset":2}}
                {"id":3,"bye":{}}
                """, settles: false);

            for (var ms = 0; first.ClosedWith is null && ms < 1_000; ms++)
                node.World.Advance(TimeSpan.FromMilliseconds(1));

            node.CrashAndRestart();

            Assert.Equal((3L, CloseCode.Bye), (first.Take<ServerFrame.Close>().Id, first.ClosedWith));
            Assert.Equal([3], Resume(node, first).Offsets);
        }
    }

    [Fact]
    public void Acks_of_one_epoch_of_an_inbox_do_not_move_the_cursor_in_the_next()
    {
        var node = new TestNode(TestNode.With("live", new ChannelSettings { IsDurable = false, KeepsForOffline = true }));
        var first = TwoEpochsInTheInbox(node);

        var second = Resume(node, first);
        Assert.Equal([2, 3, 4], second.Offsets);
        second.Send("""{"ack":{"channel":"live","offset":4}}""");
        Assert.Equal([2, 3, 4, 1, 2, 3], second.Offsets);
        second.Send("""{"ack":{"channel":"live","offset":1}}""");
        node.World.Advance(TimeSpan.FromSeconds(3));
        second.Drop();

        Assert.Equal([2, 3], Resume(node, second).Offsets);
    }

    [Fact]
    public void Live_events_follow_an_inbox_that_was_read_slowly()
    {
        var node = new TestNode(TestNode.With("live", new ChannelSettings { IsDurable = false, KeepsForOffline = true }));
        var first = node.Connect().Send("""{"id":2,"subscribe":{"channel":"live"}}""");
        first.Drop();
        Publish(node, 2);

        var second = Resume(node, first);
        Assert.Equal([1, 2], second.Offsets);
        node.World.Advance(TimeSpan.FromSeconds(5));
        second.Send("""{"ack":{"channel":"live","offset":2}}""");
        second.Forget();
        Publish(node, 3);

        Assert.Equal([3, 4, 5], second.Offsets);
    }

    [Fact]
    public void Ranges_ahead_are_bounded_whatever_a_client_acks()
    {
        var node = new TestNode();
        var first = node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var writer = node.Connect();
        for (var i = 0; i < 3_000; i++)
            writer.Send("""{"publish":{"channel":"a","type":"t","data":1}}""", settles: i % 100 == 99);

        for (var offset = 2; offset <= 3_000; offset += 2)
            first.Send($$$"""{"ack":{"channel":"a","offset":0,"ranges":[[{{{offset}}},{{{offset}}}]]}}""", settles: false);

        node.Settle();
        var second = Resume(node, first);

        Assert.Equal(1_000, second.Frames.OfType<ServerFrame.Skip>().Count());
        Assert.Equal(2_000, second.Offsets.Count);
    }

    private static TestClient TwoEpochsInTheInbox(TestNode node)
    {
        var first = node.Connect().Send("""{"id":2,"subscribe":{"channel":"live"}}""");
        Publish(node, 1);
        first.Send("""{"ack":{"channel":"live","offset":1}}""");
        first.Drop();
        Publish(node, 3);
        node.CrashAndRestart();
        Publish(node, 3);
        return first;
    }

    private static void Publish(TestNode node, int count)
    {
        var writer = node.Connect();
        for (var i = 0; i < count; i++)
            writer.Send("""{"publish":{"channel":"live","type":"t","data":1}}""");
    }

    private static TestClient Resume(TestNode node, TestClient before) =>
        node.Connect(hello: $$""" "session":{"id":"{{before.Welcome.Session.Id}}","key":"{{before.Welcome.Session.Key}}"} """);

    private sealed class Recorder(List<AllClosed> closed) : Actor<AllClosed>
    {
        protected override void Receive(AllClosed message) => closed.Add(message);
    }
}
