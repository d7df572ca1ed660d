using RealTimeActors.Sharding.Cluster;

namespace RealTimeActors.Sharding.Tests.Cluster;

/// <summary>What operators ask of any node.</summary>
public sealed class ClusterRequestTests
{
    private readonly CounterCluster _cluster = new(seed: 5);

    public ClusterRequestTests() => _cluster.Advance(5);

    [Theory]
    [InlineData("edge-1")]
    [InlineData("core-1")]
    [InlineData("core-2")]
    [InlineData("core-3")]
    public void Any_node_has_a_shard_moved_by_the_one_that_has_it(string asked)
    {
        var owner = _cluster.OwnersAsSeenBy("edge-1")[3]!;
        var to = owner == "core-2" ? "core-1" : "core-2";

        var answer = _cluster[asked].Ask(replyTo => new ClusterRequest.Move(3, to, replyTo));
        _cluster.Advance(2);

        // The order comes at a moment at which the owners look at all leases, and would take what is free and theirs.
        Assert.Equal(new ClusterAnswer.Ordered(owner), answer);
        Assert.Equal(to, _cluster.OwnersAsSeenBy("edge-1")[3]);
        Assert.Equal(new ClusterAnswer.AlreadySo(to), _cluster[asked].Ask(replyTo => new ClusterRequest.Move(3, to, replyTo)));
    }

    [Fact]
    public void A_shard_that_moves_is_seen_moving_and_then_no_more()
    {
        var owner = _cluster.OwnersAsSeenBy("edge-1")[3]!;
        var to = owner == "core-2" ? "core-1" : "core-2";
        _cluster["edge-1"].Ask(replyTo => new ClusterRequest.Move(3, to, replyTo));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 4_000; i++)
        {
            seen.UnionWith(_cluster.Nodes.Where(node => node.Standing()!.Moving.Contains(3)).Select(node => node.Name));
            _cluster.Advance(0.0005);
        }

        Assert.Contains(owner, seen);
        Assert.Contains("edge-1", seen);
        Assert.All(_cluster.Nodes, node => Assert.Empty(node.Standing()!.Moving));
        Assert.All(_cluster.Nodes, node => Assert.Empty(node.Standing()!.Free));
    }

    [Theory]
    [InlineData(16, "core-1", "There is no shard 16: shards go from 0 to 15")]
    [InlineData(-1, "core-1", "There is no shard -1: shards go from 0 to 15")]
    [InlineData(3, "core-9", "There is no node core-9: the members are core-1, core-2, core-3, edge-1")]
    public void What_is_not_there_is_named(int shard, string to, string message) =>
        Assert.Equal(new ClusterAnswer.Unknown(message), _cluster["core-1"].Ask(replyTo => new ClusterRequest.Move(shard, to, replyTo)));

    [Fact]
    public void No_shard_goes_to_a_node_that_takes_none()
    {
        var toEdge = _cluster["core-1"].Ask(replyTo => new ClusterRequest.Move(3, "edge-1", replyTo));
        _cluster["core-1"].Ask(replyTo => new ClusterRequest.Drain("core-3", replyTo));
        _cluster.Advance(4);
        var toDrained = _cluster["core-1"].Ask(replyTo => new ClusterRequest.Move(3, "core-3", replyTo));

        Assert.Equal(new ClusterAnswer.Impossible("edge-1 takes no shards: it has the role edge, and core is expected"), toEdge);
        Assert.Equal(new ClusterAnswer.Impossible("core-3 takes no shards: it is being drained"), toDrained);
    }

    [Fact]
    public void A_node_is_drained_from_any_other_once()
    {
        var answer = _cluster["edge-1"].Ask(replyTo => new ClusterRequest.Drain("core-3", replyTo));
        _cluster.Advance(6);

        Assert.Equal(new ClusterAnswer.Ordered("core-3"), answer);
        Assert.DoesNotContain("core-3", _cluster.OwnersAsSeenBy("edge-1"));
        Assert.Equal(new ClusterAnswer.AlreadySo("core-3"), _cluster["core-1"].Ask(replyTo => new ClusterRequest.Drain("core-3", replyTo)));
        Assert.Equal(1, _cluster["core-3"].Drained);
    }

    [Theory]
    [InlineData("edge-1")]
    [InlineData("core-3")]
    public void A_drain_is_taken_back_and_the_node_gets_its_shards_again(string asked)
    {
        var before = _cluster.OwnersAsSeenBy("edge-1");
        _cluster["edge-1"].Ask(replyTo => new ClusterRequest.Drain("core-3", replyTo));
        _cluster.Advance(6);

        var answer = _cluster[asked].Ask(replyTo => new ClusterRequest.Undrain("core-3", replyTo));
        _cluster.Advance(20);

        Assert.Equal(new ClusterAnswer.Ordered("core-3"), answer);
        Assert.Equal(before, _cluster.OwnersAsSeenBy("edge-1"));
        Assert.Equal(new ClusterAnswer.AlreadySo("core-3"), _cluster["core-1"].Ask(replyTo => new ClusterRequest.Undrain("core-3", replyTo)));
        Assert.Equal((1, 1), (_cluster["core-3"].Drained, _cluster["core-3"].Undrained));
        Assert.Empty(_cluster.Wrong);
    }

    [Fact]
    public void A_drain_that_is_taken_back_halfway_ends_there()
    {
        _cluster["edge-1"].Ask(replyTo => new ClusterRequest.Drain("core-3", replyTo));
        _cluster.Advance(0.7);
        var answer = _cluster["core-3"].Ask(replyTo => new ClusterRequest.Undrain("core-3", replyTo));
        _cluster.Advance(20);

        Assert.Equal(new ClusterAnswer.Ordered("core-3"), answer);
        Assert.Contains("core-3", _cluster.OwnersAsSeenBy("edge-1"));
        Assert.IsType<ClusterAnswer.Ordered>(_cluster["core-1"].Ask(replyTo => new ClusterRequest.Drain("core-3", replyTo)));
        _cluster.Advance(1);
        Assert.Equal(2, _cluster["core-3"].Drained);
    }

    [Fact]
    public void The_last_node_of_a_role_is_not_drained()
    {
        foreach (var node in (string[])["core-1", "core-2"])
        {
            Assert.IsType<ClusterAnswer.Ordered>(_cluster["core-3"].Ask(replyTo => new ClusterRequest.Drain(node, replyTo)));
            _cluster.Advance(4);
        }

        Assert.Equal(
            new ClusterAnswer.Impossible("core-3 cannot be drained: no other node of the role core is there to take its shards"),
            _cluster["edge-1"].Ask(replyTo => new ClusterRequest.Drain("core-3", replyTo)));
        Assert.Equal(
            new ClusterAnswer.Impossible("edge-1 cannot be drained: no other node of the role edge is there to take its clients"),
            _cluster["core-3"].Ask(replyTo => new ClusterRequest.Drain("edge-1", replyTo)));
    }

    [Fact]
    public void Shards_of_a_node_that_was_killed_are_free_until_others_have_them()
    {
        _cluster["core-1"].Crash();
        var isSeenFree = false;
        for (var i = 0; i < 5_000; i++)
        {
            isSeenFree |= _cluster["edge-1"].Standing()!.Free.Count > 0;
            _cluster.Advance(0.001);
        }

        Assert.True(isSeenFree);
        Assert.Empty(_cluster["edge-1"].Standing()!.Free);
    }
}
