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
