using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Nodes;

public sealed class ClusterInboxTests
{
    private readonly TestCluster _cluster = new(TestNode.With("live", new ChannelSettings { IsDurable = false, KeepsForOffline = true, MemoryEventsMax = 1 }));

    [Fact]
    public void Whoever_loses_his_connection_and_the_node_of_his_session_at_once_finds_what_came_meanwhile()
    {
        var client = _cluster.Connect("edge-1").Send("""{"id":2,"subscribe":{"channel":"live"}}""");
        MoveTo("core-1", client.Welcome.Session.Id);
        MoveTo("core-2", "live");
        _cluster.Advance(1);

        _cluster.Crash("edge-1");
        _cluster.Crash("core-1");
        _cluster.Advance(0.1);
        var writer = _cluster.Connect("core-2");
        for (var i = 0; i < 3; i++)
            writer.Send("""{"publish":{"channel":"live","type":"t","data":1}}""");

        _cluster.Advance(5);
        var after = _cluster.Accept("edge-2").HelloAgainAs(client);
        _cluster.Settle();

        Assert.True(after.Welcome.Session.Resumed);
        Assert.Equal([1, 2, 3], after.Offsets);
        Assert.DoesNotContain(after.Frames, frame => frame is ServerFrame.Gap);
    }

    private void MoveTo(string node, string id)
    {
        if (_cluster.OwnerOf(id) != node)
            _cluster.Move(id, node);
    }
}
