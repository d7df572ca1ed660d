using RealTimeActors.Sharding.Cluster;

namespace RealTimeActors.Sharding.Tests.Cluster;

/// <summary>A node leaves while it has shards that it had no time to hand over.</summary>
public sealed class LeaveTests
{
    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(1, 10).Select(seed => (ulong)seed)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_it_gives_back_others_have_at_once_and_not_when_they_look_at_the_table_next(ulong seed)
    {
        var cluster = new CounterCluster(seed);
        cluster.Advance(5 + (seed * 0.05));

        cluster["core-1"].Order(new ClusterOrder.Leave());
        cluster.Advance(0.05);

        Assert.All(Enumerable.Range(0, CounterCluster.Shards), shard => Assert.StartsWith("core-", cluster.Database.OwnerOf(shard)?.Node ?? "nobody", StringComparison.Ordinal));
        Assert.DoesNotContain("core-1", cluster.OwnersAsSeenBy("edge-1"));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_is_asked_from_then_on_waits_where_it_was_asked_and_does_not_end_with_the_node(ulong seed)
    {
        var cluster = new CounterCluster(seed);
        cluster.Advance(5 + (seed * 0.05));

        // It is gone before they have what it had.
        (cluster["core-2"].Access.LatencyMax, cluster["core-3"].Access.LatencyMax) = (TimeSpan.FromMilliseconds(40), TimeSpan.FromMilliseconds(40));
        cluster["core-1"].Order(new ClusterOrder.Leave());
        cluster.Advance(0.005);
        for (var i = 0; i < 100; i++)
            cluster.Add("edge-1", $"c{i}");

        cluster.Advance(0.005);
        cluster["core-1"].Crash();
        cluster.Advance(1);

        Assert.True(cluster.Acknowledged == 100, cluster.Told());
        Assert.InRange(cluster.Latencies.Max().TotalSeconds, 0, 0.2);
        Assert.Empty(cluster.Wrong);
    }

    [Fact]
    public void Where_it_cannot_be_told_they_find_it_in_the_table()
    {
        var cluster = new CounterCluster(seed: 3);
        cluster.Advance(5);
        var leaver = $"{cluster.Database.MemberOf("core-1")}";
        foreach (var other in new[] { "core-2", "core-3", "edge-1" })
            cluster.Network.Cut(leaver, $"{cluster.Database.MemberOf(other)}");

        cluster["core-1"].Order(new ClusterOrder.Leave());
        cluster.Advance(0.6);

        Assert.DoesNotContain("core-1", cluster.OwnersAsSeenBy("edge-1"));
        Assert.All(Enumerable.Range(0, CounterCluster.Shards), shard => Assert.NotNull(cluster.Database.OwnerOf(shard)));
    }
}
