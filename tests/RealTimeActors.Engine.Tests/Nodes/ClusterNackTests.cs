using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Nodes;

/// <summary>What is nacked is decided, although the connection and its session are on different nodes that lose each other, or the session goes to another node.</summary>
public sealed class ClusterNackTests
{
    private readonly TestCluster _cluster = new(new EngineOptions
    {
        Channels =
        [
            (ChannelPattern.Parse("a"), new ChannelSettings { Retry = new RetryRule { Attempts = 3 } }),
            (ChannelPattern.Parse("once"), new ChannelSettings { Retry = new RetryRule { Attempts = 1 } }),
        ],
    });

    [Theory]
    [InlineData("lanes")]
    [InlineData("offset")]
    public void A_nack_that_was_lost_with_a_link_counts_all_the_same(string order)
    {
        var client = Follow("a", order);
        var (edge, owner) = Ends(client);
        _cluster.Network.Block(edge, owner);
        client.Send("""{"nack":{"channel":"a","offset":1,"reason":"busy"}}""");

        _cluster.Network.Cut(edge, owner);
        _cluster.Network.Unblock(edge, owner);
        _cluster.Advance(6);

        Assert.Equal([(1L, 2)], client.Events.Select(e => (e.Body.Offset, e.Attempt)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void So_does_a_nack_for_a_channel_of_a_pattern_that_had_gone_to_rest(int count)
    {
        var client = _cluster.Connect("edge-1").Send("""{"id":2,"subscribe":{"channel":"a.*","ack":"manual"}}""");
        for (var i = 0; i < count; i++)
            _cluster.Connect("edge-2").Send("""{"id":2,"publish":{"channel":"a.1","type":"t","data":1}}""");

        Assert.Equal(count, client.Offsets.Count);
        for (var i = 0; i < 5; i++)
        {
            _cluster.Advance(20);
            client.Send("""{"ping":{}}""");
        }

        client.Forget();
        var (edge, owner) = Ends(client);
        _cluster.Network.Block(edge, owner);
        for (var i = 1; i <= count; i++)
            client.Send($$$"""{"nack":{"channel":"a.1","offset":{{{i}}}}}""", settles: false);

        _cluster.Network.Cut(edge, owner);
        _cluster.Network.Unblock(edge, owner);
        _cluster.Advance(6);

        Assert.Equal(Enumerable.Range(1, count).Select(offset => ((long)offset, 2)), client.Events.Select(e => (e.Body.Offset, e.Attempt)));
        Assert.Empty(client.Frames.OfType<ServerFrame.Error>());
    }

    [Fact]
    public void Whoever_waits_for_what_was_given_up_is_told_so_although_the_first_word_was_lost_with_a_link()
    {
        var client = Follow("once", "lanes");
        var (edge, owner) = Ends(client);
        _cluster.Network.Block(owner, edge);
        client.Send("""{"nack":{"channel":"once","offset":1}}""");
        _cluster.Advance(0.5);
        Assert.Empty(client.Frames.OfType<ServerFrame.Skip>());

        _cluster.Network.Cut(edge, owner);
        _cluster.Network.Unblock(owner, edge);
        _cluster.Advance(4);

        Assert.Contains(client.Frames.OfType<ServerFrame.Skip>(), skip => (skip.Channel, skip.From, skip.To) == ("once", 1L, 1L));
        var letters = _cluster.Connect("core-1").Send("""{"id":9,"read":{"channel":"$dlq.once","what":"events"}}""").Take<ServerFrame.Page>().Events;
        Assert.Single(letters);
    }

    [Theory]
    [InlineData("lanes")]
    [InlineData("offset")]
    public void What_was_nacked_comes_again_after_its_session_has_moved(string order)
    {
        var client = Follow("a", order);
        client.Send("""{"nack":{"channel":"a","offset":1}}""", settles: false);
        var session = client.Welcome.Session.Id;
        _cluster.Move(session, _cluster.OwnerOf(session) == "core-1" ? "core-2" : "core-1");

        _cluster.Advance(5);

        Assert.Equal([(1L, 2)], client.Events.Select(e => (e.Body.Offset, e.Attempt)));
    }

    [Fact]
    public void Who_begins_behind_what_he_nacked_is_not_told_to_a_publisher_as_one_who_acked_it()
    {
        var client = _cluster.Connect("edge-1").Send("""{"id":2,"subscribe":{"channel":"once","ack":"manual"}}""");
        MoveTo("core-1", "once");
        MoveTo("core-2", client.Welcome.Session.Id);
        _cluster.Settle();
        var publisher = _cluster.Connect("edge-2").Send("""{"id":2,"publish":{"channel":"once","type":"t","data":1,"confirm":"delivered","delivered":{"timeoutMs":3000}}}""");
        var epoch = client.Take<ServerFrame.Subscribed>().Epoch;
        Assert.Equal([1], client.Offsets);
        var (channel, session) = ($"{_cluster.Database.MemberOf("core-1")}", $"{_cluster.Database.MemberOf("core-2")}");

        // It is given up; what the letter is to hold is on its way to the session.
        _cluster.Network.Block(channel, session);
        client.Send("""{"nack":{"channel":"once","offset":1}}""").Send($$$"""{"id":3,"subscribe":{"channel":"once","ack":"manual","from":{"epoch":"{{{epoch}}}","offset":1} } }""");
        _cluster.Network.Unblock(channel, session);
        _cluster.Advance(5);

        var receipt = publisher.Take<ServerFrame.Receipt>();
        Assert.True(receipt is { Status: ReceiptStatus.Persisted, Acked: 0, Of: 1 }, $"{receipt}");
    }

    [Fact]
    public void Nor_is_he_when_he_gives_up_on_something_behind_where_he_began()
    {
        var client = _cluster.Connect("edge-1").Send("""{"id":2,"subscribe":{"channel":"once","ack":"manual"}}""");
        var publisher = _cluster.Connect("edge-2").Send("""{"id":2,"publish":{"channel":"once","type":"t","data":1,"confirm":"delivered","delivered":{"timeoutMs":30000}}}""");
        var epoch = client.Take<ServerFrame.Subscribed>().Epoch;
        _cluster.Connect("edge-2").Send("""{"id":2,"publish":{"channel":"once","type":"t","data":2}}""");
        client.Drop();

        var again = _cluster.Accept("edge-2").HelloAgainAs(client, body: $$$"""
            "subscribe":[{"channel":"once","ack":"manual","from":{"epoch":"{{{epoch}}}","offset":1}}]
            """);
        Assert.Equal([2], again.Offsets);
        again.Send("""{"nack":{"channel":"once","offset":2}}""");
        _cluster.Advance(5);
        Assert.Empty(publisher.Frames.OfType<ServerFrame.Receipt>());

        // What he says of everything up to an offset does count.
        again.Send("""{"ack":{"channel":"once","offset":2}}""");
        Assert.True(publisher.Take<ServerFrame.Receipt>() is { Status: ReceiptStatus.Delivered, Acked: 1, Of: 1 });
    }

    private void MoveTo(string node, string id)
    {
        if (_cluster.OwnerOf(id) != node)
            _cluster.Move(id, node);
    }

    /// <summary>A client that has been sent one event.</summary>
    private TestClient Follow(string channel, string order)
    {
        var client = _cluster.Connect("edge-1").Send($$$"""{"id":2,"subscribe":{"channel":"{{{channel}}}","order":"{{{order}}}","ack":"manual"}}""");
        _cluster.Connect("edge-2").Send($$$"""{"id":2,"publish":{"channel":"{{{channel}}}","type":"t","data":1}}""");
        Assert.Equal([1], client.Offsets);
        client.Forget();
        return client;
    }

    /// <summary>The node that the client is connected to, and the one that has its session.</summary>
    private (string Edge, string Owner) Ends(TestClient client) =>
        ($"{_cluster.Database.MemberOf("edge-1")}", $"{_cluster.Database.MemberOf(_cluster.OwnerOf(client.Welcome.Session.Id))}");
}
