using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Feeds;
using RealTimeActors.Engine.Tests.Feeds;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Nodes;

public sealed partial class ClusterTests
{
    private readonly TestCluster _cluster = new();

    [Fact]
    public void What_is_published_on_one_node_is_received_on_every_other()
    {
        var subscribers = new[] { "core-1", "core-2", "core-3", "edge-1", "edge-2" }.Select(node => _cluster.Connect(node).Send("""{"id":2,"subscribe":{"channel":"a.b"}}""")).ToArray();

        _cluster.Connect("edge-2").Send("""{"id":2,"publish":{"channel":"a.b","type":"t","data":{"n":1}}}""");

        Assert.All(subscribers, subscriber => Assert.Equal([1], subscriber.Offsets));
    }

    [Fact]
    public void A_receipt_comes_from_wherever_the_channel_is()
    {
        var publisher = _cluster.Connect("edge-1");
        for (var i = 0; i < 20; i++)
        {
            publisher.Send($$$"""{"id":{{{i + 2}}},"publish":{"channel":"a.{{{i}}}","type":"t","data":1}}""");
            Assert.Equal(ReceiptStatus.Persisted, publisher.Take<ServerFrame.Receipt>().Status);
        }
    }

    [Fact]
    public void A_session_goes_on_at_any_node()
    {
        var before = _cluster.Connect("edge-1").Send("""{"id":2,"subscribe":{"channel":"a.b","ack":"manual"}}""");
        var publisher = _cluster.Connect("core-2");
        Publish(publisher, "a.b", 3);
        before.Send("""{"ack":{"channel":"a.b","offset":2}}""");
        before.Drop();
        Publish(publisher, "a.b", 2);

        var after = _cluster.Accept("edge-2").HelloAgainAs(before);
        _cluster.Settle();

        Assert.True(after.Welcome.Session.Resumed);
        Assert.Equal([3, 4, 5], after.Offsets);
    }

    [Fact]
    public void Who_joins_a_channel_whose_shard_has_no_room_to_wait_in_asks_again_later_and_not_without_a_pause()
    {
        var cluster = new TestCluster(cores: 1, edges: 1);
        var engine = cluster["edge-1"].Engine;
        var (client, reader) = (cluster.Connect("edge-1"), new FeedTests.Reader(new Identity()));
        cluster.Crash("core-1");
        cluster.Settle();
        var asker = cluster.Into("edge-1", new List<ChannelReply>());
        for (var i = 0; i < 10_000; i++)
            engine.Channels.Tell(new ChannelCommand.ReadStats(reader.Channel, null, asker));

        engine.Feeds.Tell(new FeedCommand.Open(reader));
        client.Send($$$"""{"id":2,"subscribe":{"channel":"{{{reader.Channel}}}"}}""");
        cluster.Start("core-1");
        cluster.Advance(10);

        Assert.Equal(reader.Channel.Value, client.Take<ServerFrame.Subscribed>().Channel);
        Assert.NotNull(reader.Feed);
    }

    [Fact]
    public void When_the_shards_of_channel_and_session_move_their_clients_do_not_notice()
    {
        var client = _cluster.Connect("edge-1").Send("""{"id":2,"subscribe":{"channel":"a.b","ack":"manual"}}""");
        var publisher = _cluster.Connect("edge-2");
        Publish(publisher, "a.b", 1);

        foreach (var to in new[] { "core-1", "core-2", "core-3", "core-1" })
        {
            if (_cluster.OwnerOf("a.b") != to)
                _cluster.Move("a.b", to);
            if (_cluster.OwnerOf(client.Welcome.Session.Id) != to)
                _cluster.Move(client.Welcome.Session.Id, to);
            Publish(publisher, "a.b", 1);
        }

        Assert.Equal([1, 2, 3, 4, 5], client.Offsets);
        Assert.Null(client.ClosedWith);
        client.Send("""{"ack":{"channel":"a.b","offset":4}}""").Send("""{"id":3,"subscribe":{"channel":"a.c"}}""");
        Assert.Contains(client.Frames.OfType<ServerFrame.Subscribed>(), subscribed => subscribed.Channel == "a.c");
        _cluster.Advance(2);
        client.Drop();
        var after = _cluster.Accept("core-3").HelloAgainAs(client);
        _cluster.Settle();
        Assert.Equal([5], after.Offsets);
    }

    [Fact]
    public void What_was_sent_and_not_acked_comes_again_although_channel_and_session_have_moved()
    {
        var client = _cluster.Connect("edge-1").Send("""{"id":2,"subscribe":{"channel":"a.b","ack":"manual"}}""");
        Publish(_cluster.Connect("edge-2"), "a.b", 5);
        MoveElsewhere("a.b");
        client.Send("""{"ack":{"channel":"a.b","offset":3}}""");
        MoveElsewhere(client.Welcome.Session.Id);
        client.Drop();

        var after = _cluster.Accept("edge-2").HelloAgainAs(client);
        _cluster.Settle();

        Assert.Equal([4, 5], after.Offsets);
    }

    [Fact]
    public void A_state_that_was_not_acked_is_owed_also_by_the_node_to_which_the_session_has_moved()
    {
        var writer = _cluster.Connect("edge-2");
        writer.Mutate("a.b", "k", "set", "1");
        var client = _cluster.Connect("edge-1").Send(StateSteps.Follow("a.b"));
        writer.Mutate("a.b", "k", "set", "2");
        writer.Mutate("a.b", "k", "set", "3");
        client.Send(StateSteps.Follow("a.b", ",\"from\":\"now\""));
        client.Send("""{"ack":{"channel":"a.b","offset":2}}""");
        MoveElsewhere(client.Welcome.Session.Id);
        client.Drop();

        var after = _cluster.Accept("edge-2").HelloAgainAs(client);
        _cluster.Settle();

        Assert.NotEqual(Recovered.Full, Assert.Single(after.Welcome.Subscriptions).Recovered);
        Assert.Equal(3, after.Take<ServerFrame.State>().Offset);
    }

    [Fact]
    public void Of_a_node_that_is_gone_nothing_is_remembered()
    {
        var (one, gone) = ($"{_cluster.Database.MemberOf("core-1")}", _cluster.Database.MemberOf("edge-2")!.Value);
        Assert.NotNull(_cluster["core-1"].LinkTo(one, $"{gone}"));

        _cluster.Crash("edge-2");
        _cluster.Advance(5);

        Assert.Null(_cluster["core-1"].LinkTo(one, $"{gone}"));
        Assert.Contains(("core-1", gone), _cluster.Forgotten);
    }

    [Fact]
    public void While_shards_move_nobody_who_publishes_gets_an_error()
    {
        var client = _cluster.Connect("edge-1").Send("""{"id":2,"subscribe":{"channel":"a.b"}}""");
        var publisher = _cluster.Connect("edge-2");
        for (var i = 0; i < 300; i++)
        {
            if (i % 50 == 10)
                _cluster[_cluster.OwnerOf("a.b")].Place.Tell(new Sharding.Cluster.ClusterOrder.Move(Sharding.ShardMap.ShardOf("a.b", _cluster.Options.Shards), $"core-{1 + (i / 50 % 3)}"));

            publisher.Send($$$"""{"id":{{{i + 2}}},"publish":{"channel":"a.b","type":"t","data":{{{i}}}}}""", settles: false);
            _cluster.Advance(0.005);
        }

        _cluster.Advance(2);

        Assert.Equal(300, publisher.Frames.OfType<ServerFrame.Receipt>().Count(receipt => receipt.Status == ReceiptStatus.Persisted));
        Assert.Equal(Enumerable.Range(1, 300).Select(i => (long)i), client.Offsets);
    }

    [Theory]
    [InlineData("""{"id":2,"subscribe":{"channel":"a.b","ack":"manual"}}""")]
    [InlineData("""{"id":2,"subscribe":{"channel":"a.b","ack":"none"}}""")]
    public void When_a_core_node_is_killed_its_channels_and_sessions_go_on_elsewhere_within_a_second(string subscribe)
    {
        var client = _cluster.Connect("edge-1").Send(subscribe);
        var publisher = _cluster.Connect("edge-2");
        Publish(publisher, "a.b", 2);
        foreach (var id in new[] { "a.b", client.Welcome.Session.Id })
        {
            if (_cluster.OwnerOf(id) is var owner && owner != "core-1")
                _cluster.Move(id, "core-1");
        }

        Publish(publisher, "a.b", 1);
        _cluster.Crash("core-1");
        _cluster.Advance(1);
        Publish(publisher, "a.b", 1);

        Assert.Equal([1, 2, 3, 4], client.Offsets);
        Assert.Null(client.ClosedWith);
        client.Send("""{"id":3,"subscribe":{"channel":"a.c"}}""");
        Assert.Null(client.ClosedWith);
        Assert.Contains(client.Frames.OfType<ServerFrame.Subscribed>(), subscribed => subscribed.Channel == "a.c");
    }

    [Fact]
    public void When_an_edge_node_is_killed_its_sessions_are_away_and_their_clients_go_on_elsewhere()
    {
        var client = _cluster.Connect("edge-1").Send("""{"id":2,"subscribe":{"channel":"a.b"}}""");
        var publisher = _cluster.Connect("edge-2");
        Publish(publisher, "a.b", 1);

        _cluster.Crash("edge-1");
        _cluster.Advance(2);
        Publish(publisher, "a.b", 1);
        var after = _cluster.Accept("edge-2").HelloAgainAs(client);
        _cluster.Settle();

        Assert.True(after.Welcome.Session.Resumed);
        Assert.Equal([1, 2], after.Offsets);
    }

    [Fact]
    public void When_a_link_breaks_its_clients_catch_up_and_go_on()
    {
        var client = _cluster.Connect("edge-1").Send("""{"id":2,"subscribe":{"channel":"a.b"}}""");
        var publisher = _cluster.Connect("edge-2");
        Publish(publisher, "a.b", 1);
        var (edge, owner) = ($"{_cluster.Database.MemberOf("edge-1")}", $"{_cluster.Database.MemberOf(_cluster.OwnerOf("a.b"))}");

        _cluster.Network.Block(edge, owner);
        _cluster.Network.Block(owner, edge);
        _cluster.Network.Cut(edge, owner);
        Publish(publisher, "a.b", 2);
        Assert.Equal([1], client.Offsets);
        _cluster.Network.Unblock(edge, owner);
        _cluster.Network.Unblock(owner, edge);
        _cluster.Advance(3);
        Publish(publisher, "a.b", 1);

        Assert.Equal([1, 2, 3, 4], client.Offsets);
        Assert.Null(client.ClosedWith);
    }

    [Fact]
    public void A_channel_that_goes_on_elsewhere_is_followed_there_also_by_those_who_have_not_heard_of_its_end()
    {
        var client = _cluster.Connect("edge-1").Send("""{"id":2,"subscribe":{"channel":"a.b"}}""");
        var publisher = _cluster.Connect("edge-2");
        Publish(publisher, "a.b", 2);
        var owner = _cluster.OwnerOf("a.b");
        _cluster.Network.Block($"{_cluster.Database.MemberOf(owner)}", $"{_cluster.Database.MemberOf("edge-1")}");
        Publish(publisher, "a.b", 1);

        _cluster.Crash(owner);
        _cluster.Advance(0.6);
        var other = _cluster.Connect("edge-1").Send("""{"id":2,"subscribe":{"channel":"a.b","from":"now"}}""");
        Publish(publisher, "a.b", 1);
        _cluster.Advance(3);

        Assert.Equal([1, 2, 3, 4], client.Offsets);
        Assert.Equal([4], other.Offsets);
    }

    [Fact]
    public void Channels_of_a_pattern_are_found_wherever_they_are_and_wherever_the_directory_goes()
    {
        var publisher = _cluster.Connect("edge-2");
        for (var i = 0; i < 10; i++)
            publisher.Send($$$"""{"id":{{{i + 2}}},"publish":{"channel":"p.{{{i}}}","type":"t","data":1}}""");

        var client = _cluster.Connect("edge-1").Send("""{"id":2,"subscribe":{"channel":"p.>","from":"earliest"}}""");
        _cluster.Advance(1);
        Assert.Equal(10, client.Events.Select(e => e.Body.Channel).Distinct().Count());

        client.Forget();
        _cluster.Crash(_cluster.OwnerOf("directory"));
        _cluster.Advance(6);
        for (var i = 0; i < 20; i++)
            publisher.Send($$$"""{"id":{{{i + 50}}},"publish":{"channel":"p.{{{i}}}","type":"t","data":1}}""");

        _cluster.Advance(2);
        Assert.Equal(20, client.Events.Select(e => e.Body.Channel).Distinct().Count());
    }

    [Fact]
    public void Channels_that_come_into_being_after_a_link_broke_are_told_to_who_follows_a_pattern()
    {
        var client = _cluster.Connect("edge-1").Send("""{"id":2,"subscribe":{"channel":"p.>"}}""");
        _cluster.Network.Cut($"{_cluster.Database.MemberOf("edge-1")}", $"{_cluster.Database.MemberOf(_cluster.OwnerOf("directory"))}");
        _cluster.Advance(5);

        Publish(_cluster.Connect("edge-2"), "p.1", 1);
        _cluster.Advance(1);

        Assert.Equal([1], client.Offsets);
    }

    private void MoveElsewhere(string id) => _cluster.Move(id, _cluster.OwnerOf(id) == "core-1" ? "core-2" : "core-1");

    private static void Publish(TestClient publisher, string channel, int count)
    {
        for (var i = 0; i < count; i++)
        {
            publisher.Send($$$"""{"id":1000,"publish":{"channel":"{{{channel}}}","type":"t","data":{{{i}}}}}""");
            Assert.Equal(ReceiptStatus.Persisted, publisher.Take<ServerFrame.Receipt>().Status);
        }
    }
}
