namespace RealTimeActors.Sharding.Tests.Cluster;

/// <summary>The database is away for all nodes, and comes back: how soon somebody has every shard again, and what becomes of those who asked meanwhile.</summary>
public sealed class OutageTests
{
    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(1, 40).Select(seed => (ulong)seed)];

    public static TheoryData<ulong> FewSeeds => [.. Enumerable.Range(1, 10).Select(seed => (ulong)seed)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_second_after_the_database_is_back_every_shard_has_an_owner_also_where_they_were_moving(ulong seed)
    {
        var cluster = WhileShardsMove(seed);

        cluster.Database.IsDown = true;
        cluster.Advance(0.5 + (seed * 0.15));
        cluster.Database.IsDown = false;
        var took = 0.0;
        for (; took < 5 && Owned(cluster) < CounterCluster.Shards; took += 0.05)
            cluster.Advance(0.05);

        Assert.InRange(took, 0, 1);
    }

    [Theory]
    [MemberData(nameof(FewSeeds))]
    public void What_was_asked_of_a_node_that_lost_the_shard_meanwhile_is_answered_by_the_one_that_has_it_now(ulong seed)
    {
        var cluster = WhileShardsMove(seed);

        cluster.Database.IsDown = true;
        Ask(cluster, seconds: 3.4);
        cluster.Database.IsDown = false;
        Ask(cluster, seconds: 2);
        cluster.Advance(5);

        Assert.Empty(cluster.Wrong);
        Assert.Equal(0, cluster.OpenFor(0));
        Assert.DoesNotContain(cluster.Reasons.Keys, reason => reason.Contains("another node", StringComparison.Ordinal));
        Assert.True(cluster.Acknowledged > 60, cluster.Told());
    }

    /// <summary>Shards are on their way back to a core that was just started again: most are not where they should be.</summary>
    private static CounterCluster WhileShardsMove(ulong seed)
    {
        var cluster = new CounterCluster(seed, cores: 2, edges: 1);
        cluster.Advance(5);
        cluster["core-2"].Crash();
        cluster.Advance(2);
        cluster.Start("core-2");
        cluster.Advance(1.5);
        return cluster;
    }

    private static void Ask(CounterCluster cluster, double seconds)
    {
        for (var i = 0; i < seconds * 20; i++)
        {
            cluster.Add("edge-1", $"counter-{i % 32}");
            cluster.Advance(0.05);
        }
    }

    private static int Owned(CounterCluster cluster) => cluster.Nodes.Where(node => node.IsRunning).Sum(OwnedBy);

    private static int OwnedBy(CounterNode node) => node.Standing() is { } standing
        ? standing.Shards.Select((shard, number) => (shard, number)).Count(pair => pair.shard?.Node == node.Name && !standing.Free.Contains(pair.number))
        : 0;
}
