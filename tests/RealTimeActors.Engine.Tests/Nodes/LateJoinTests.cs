using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Nodes;

/// <summary>An answer of a channel's former actor comes late, when its successor is known already.</summary>
public sealed class LateJoinTests
{
    private const string Subscribe = """{"id":2,"subscribe":{"channel":"live.1"}}""";

    /// <summary>Simulated: cluster seed 125.</summary>
    [Fact]
    public void Who_joins_is_not_told_of_a_life_that_others_know_to_be_over()
    {
        var cluster = new TestCluster(new EngineOptions { Edges = 1, Channels = [(ChannelPattern.Parse("live.>"), new ChannelSettings { IsDurable = false })] });
        if (cluster.OwnerOf("live.1") != "core-1")
            cluster.Move("live.1", "core-1");

        var first = cluster.Connect("edge-1").Send(Subscribe);
        var (second, third) = (cluster.Connect("edge-1"), cluster.Connect("edge-1"));
        var former = first.Take<ServerFrame.Subscribed>().Epoch;
        var (owner, edge) = ($"{cluster.Database.MemberOf("core-1")}", $"{cluster.Database.MemberOf("edge-1")}");

        // The former actor has answered both; neither answer has arrived when the second asks again, and is answered by the successor.
        cluster.Network.Block(owner, edge);
        second.Send(Subscribe);
        cluster.Advance(1);
        third.Send(Subscribe);
        cluster.Move("live.1", "core-2");
        for (var i = 0; i < 30 && !second.Frames.OfType<ServerFrame.Subscribed>().Any(); i++)
            cluster.Advance(0.1);

        cluster.Network.Unblock(owner, edge);
        cluster.Advance(5);

        var present = second.Take<ServerFrame.Subscribed>().Epoch;
        Assert.NotEqual(former, present);
        Assert.Equal([present], third.Frames.OfType<ServerFrame.Subscribed>().Select(subscribed => subscribed.Epoch));
        Assert.Equal([present], first.Frames.OfType<ServerFrame.Subscribed>().Select(subscribed => subscribed.Epoch));
    }
}
