using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.TestKit.Integrity;

namespace RealTimeActors.Engine.Tests.Integrity.Checkpoints;

/// <summary>The channel is on one node, who signs on another, and what the one tells the other gets lost; then nothing happens in the channel any more.</summary>
public sealed class LostWordTests
{
    private const string Channel = "funding.grants";
    private const string Signs = "core-2";
    private const string Holds = "core-1";

    /// <summary>It is found out when the time of one checkpoint is over, and a second later it is believed.</summary>
    private const double Within = 11.5;
    private readonly TestCluster _cluster;
    private readonly TestClient _publisher;

    public LostWordTests()
    {
        _cluster = new TestCluster(new EngineOptions { Checkpoints = new CheckpointOptions { Every = TimeSpan.FromSeconds(10) } }, signer: new SimulatedSigner());
        foreach (var (id, node) in new[] { (Channel, Holds), ("checkpoints", Signs) })
        {
            if (_cluster.OwnerOf(id) != node)
                _cluster.Move(id, node);
        }

        Assert.Equal((Holds, Signs), (_cluster.OwnerOf(Channel), _cluster.OwnerOf("checkpoints")));

        // Who publishes is on the channel's node, and follows nothing: nobody wakes the channel afterwards.
        _publisher = _cluster.Connect(Holds);
        Publish(3);
        _cluster.Advance(11);
        Assert.Equal(3, Covered());
    }

    [Fact]
    public void What_is_lost_with_a_link_is_signed_nevertheless()
    {
        Lose(_cluster.Network.Cut);

        Assert.Equal(4, Covered());
    }

    [Fact]
    public void What_is_lost_with_a_node_is_signed_nevertheless()
    {
        Lose((_, _) => _cluster.Crash(Holds));

        Assert.Equal(4, Covered());
    }

    [Fact]
    public void A_look_that_fails_is_not_the_last()
    {
        _cluster.DiskOf(Signs).ReadFailureChance = 1;
        Lose(_cluster.Network.Cut);
        Assert.Equal(3, Covered());

        _cluster.DiskOf(Signs).ReadFailureChance = 0;
        _cluster.Advance(Within);

        Assert.Equal(4, Covered());
    }

    /// <summary>One event is written, and its word does not arrive.</summary>
    private void Lose(Action<string, string> breakOff)
    {
        var (from, to) = ($"{_cluster.Database.MemberOf(Holds)}", $"{_cluster.Database.MemberOf(Signs)}");
        _cluster.Network.Block(from, to);
        Publish(1);
        breakOff(from, to);
        _cluster.Network.Unblock(from, to);
        _cluster.Advance(Within);
    }

    private void Publish(int count)
    {
        for (var i = 0; i < count; i++)
            _publisher.Send($$$"""{"id":{{{i + 2}}},"publish":{"channel":"{{{Channel}}}","type":"t","data":{{{i}}}}}""");

        Assert.Equal(Protocol.Frames.ReceiptStatus.Persisted, _publisher.Frames.OfType<Protocol.Frames.ServerFrame.Receipt>().Last().Status);
    }

    /// <summary>How far the newest checkpoint covers the log.</summary>
    private long Covered()
    {
        var replies = new List<CheckpointReply>();
        _cluster[Signs].Engine.Checkpoints!.Tell(new CheckpointCommand.ShowLatest(WithHeads: true, _cluster.Into(Signs, replies)));
        _cluster.Settle();
        return Assert.IsType<CheckpointReply.Shown>(Assert.Single(replies)).Heads!.Single(head => head.Channel == Channel).Offset;
    }
}
