using RealTimeActors.Sharding.Cluster;

namespace RealTimeActors.Sharding.Tests.Cluster;

/// <summary>An edge does everything by the cores that it reaches: where it reaches none, new clients should go elsewhere.</summary>
public sealed class EdgeWithoutCoreTests
{
    [Fact]
    public void Edges_that_are_started_before_the_cores_are_ready_when_the_first_core_is_there()
    {
        var cluster = new CounterCluster(seed: 3, cores: 0, edges: 2);
        cluster.Advance(1);
        Assert.All(cluster.Nodes, edge => Assert.Equal("it has not reached a core yet", edge.Waits[^1].Why));
        Assert.All(cluster.Nodes, edge => Assert.DoesNotContain(edge.Waits, wait => wait.IsTrouble));

        cluster.Advance(4);
        Assert.All(cluster.Nodes, edge => Assert.Equal(("it reaches no core, and takes no new clients until it does: no node of the role core is there", true), edge.Waits[^1]));
        Assert.True(cluster["edge-1"].Figures.Waits);

        cluster.Start("core-1");
        cluster.Advance(2);
        Assert.All(cluster.Nodes, node => Assert.Null(node.Waits[^1].Why));
        Assert.False(cluster["edge-1"].Figures.Waits);
    }

    [Fact]
    public void The_only_core_may_be_away_for_less_than_a_lease_as_often_as_it_likes()
    {
        var cluster = new CounterCluster(seed: 3, cores: 1, edges: 2);
        cluster.Advance(5);
        Assert.Null(cluster["edge-1"].Waits[^1].Why);
        var said = cluster["edge-1"].Waits.Count;

        for (var i = 0; i < 3; i++)
        {
            cluster["core-1"].Crash();
            cluster.Advance(1);
            cluster.Start("core-1");
            cluster.Advance(5);
        }

        Assert.Equal(said, cluster["edge-1"].Waits.Count);
        Assert.Equal("core-1", cluster.OwnersAsSeenBy("edge-1").Distinct().Single());
    }

    [Fact]
    public void When_it_is_away_for_longer_new_clients_are_not_wanted_and_it_says_why_until_there_is_a_core_again()
    {
        var cluster = new CounterCluster(seed: 3, cores: 1, edges: 2);
        cluster.Advance(5);
        Assert.Equal(["edge-2"], cluster["edge-1"].Edges.Select(edge => edge.Node));

        cluster["core-1"].Crash();
        cluster.Advance(5);

        var why = "it reaches no core, and takes no new clients until it does: no node of the role core is there";
        Assert.Equal((why, true), cluster["edge-1"].Waits[^1]);
        Assert.False(cluster["edge-1"].Died);

        // No other edge sends clients there, and any node tells an operator.
        Assert.Empty(cluster["edge-1"].Edges);
        var apart = cluster["edge-1"].Standing()!.Apart;
        Assert.Equal([("edge-1", why), ("edge-2", "it reaches no core, and takes no new clients until it does")], apart.Select(node => (node.Key, node.Value)));
        Assert.StartsWith("edge-2 was not drained: it is apart", Assert.IsType<ClusterAnswer.Impossible>(cluster["edge-1"].Ask(replyTo => new ClusterRequest.Undrain("edge-2", replyTo))).Message, StringComparison.Ordinal);

        cluster.Start("core-2");
        cluster.Advance(3);
        Assert.Null(cluster["edge-1"].Waits[^1].Why);
        Assert.Empty(cluster["edge-1"].Standing()!.Apart);
        Assert.Equal(["edge-2"], cluster["edge-1"].Edges.Select(edge => edge.Node));
    }

    [Fact]
    public void A_core_that_is_not_linked_with_it_is_no_use_to_it()
    {
        var cluster = new CounterCluster(seed: 3, cores: 1, edges: 1);
        cluster.Advance(5);
        var core = $"{cluster.Database.MemberOf("core-1")}";
        foreach (var (one, other) in ((string, string)[])[(core, "edge-2#3"), ("edge-2#3", core)])
            cluster.Network.Block(one, other);

        cluster.Start("edge-2");
        cluster.Advance(6);
        Assert.Equal("it reaches no core, and takes no new clients until it does: it is not linked with core-1; what was refused stands in this log and in theirs", cluster["edge-2"].Waits[^1].Why);
        Assert.Null(cluster["edge-1"].Waits[^1].Why);
        Assert.Empty(cluster["edge-1"].Edges);

        foreach (var (one, other) in ((string, string)[])[(core, "edge-2#3"), ("edge-2#3", core)])
            cluster.Network.Unblock(one, other);

        cluster.Advance(3);
        Assert.Null(cluster["edge-2"].Waits[^1].Why);
    }
}
