using RealTimeActors.Actors;
using RealTimeActors.Engine.Patterns;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Patterns;

/// <summary>What channels tell the directory, and the directory the edges, is only speed: every word of it may be lost.</summary>
public sealed class LostWordTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1)]
    public void Every_event_arrives_once_whatever_is_not_told(int everyNth)
    {
        var words = 0;
        var node = new TestNode(new EngineOptions { PassivateAfter = TimeSpan.FromSeconds(3), PatternsCheckedEvery = TimeSpan.FromSeconds(7), LosesWord = () => ++words % everyNth == 0 });
        var client = node.Connect().Send("""{"id":2,"subscribe":{"channel":"a.>"}}""");
        for (var round = 0; round < 12; round++)
        {
            var writer = node.Connect();
            for (var channel = 0; channel <= round; channel++)
                writer.Send($$$"""{"publish":{"channel":"a.{{{channel}}}","type":"t","data":1}}""");

            writer.Drop();
            client.Send("""{"ping":{}}""");
            node.World.Advance(TimeSpan.FromSeconds(17));
        }

        client.Send("""{"ping":{}}""");
        node.World.Advance(TimeSpan.FromSeconds(20));

        Assert.True(words > 0);
        var expected = Enumerable.Range(0, 12).SelectMany(channel => Enumerable.Range(1, 12 - channel).Select(offset => ($"a.{channel}", (long)offset)));
        Assert.Equal(expected.Order(), client.Events.Select(e => (e.Body.Channel, e.Body.Offset)).Order());
        Assert.All(client.Events.GroupBy(e => e.Body.Channel, e => e.Body.Offset), offsets => Assert.Equal(offsets.Order(), offsets));
    }

    /// <summary>In a cluster a word of an edge can be lost with a link.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_an_edge_follows_and_the_directory_does_not_know_of_it_learns_at_the_next_look(bool isFollowLost)
    {
        var node = new TestNode(new EngineOptions { Heartbeat = TimeSpan.FromHours(1) });
        var client = node.Connect().Send("""{"id":2,"subscribe":{"channel":"a.>"}}""").Send("""{"id":3,"subscribe":{"channel":"b.*"}}""");
        node.World.Advance(TimeSpan.FromSeconds(5));
        var (directory, edge) = (node.Engine.WellKnown.Single(actor => actor.Name == "directory"), (IActorRef<DirectoryReply>)node.Engine.WellKnown.Single(actor => actor.Name == "edge-0").Ref);
        directory.Tell(isFollowLost ? new DirectoryCommand.Unfollow(ChannelPattern.Parse("a.>"), edge) : new DirectoryCommand.Follow(ChannelPattern.Parse("c.>"), edge));

        node.World.Advance(TimeSpan.FromSeconds(5));
        node.Connect().Send("""{"publish":{"channel":"a.1","type":"t","data":1}}""").Send("""{"publish":{"channel":"b.1","type":"t","data":1}}""");
        node.World.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["a.1", "b.1"], client.Events.Select(e => e.Body.Channel).Order());
    }
}
