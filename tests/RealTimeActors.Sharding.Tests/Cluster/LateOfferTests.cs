using RealTimeActors.Sharding.Cluster;

namespace RealTimeActors.Sharding.Tests.Cluster;

/// <summary>Links that are slower than the table: who is to have a shard finds that it is free before it is offered.</summary>
public sealed class LateOfferTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Who_found_in_the_table_that_a_shard_is_free_does_not_take_it_again_when_it_is_offered(ulong seed)
    {
        // One that belongs to core-2, and was moved to core-1 by order.
        var cluster = new CounterCluster(seed, cores: 2);
        cluster.Advance(5);
        var shard = cluster.OwnersAsSeenBy("edge-1").ToList().IndexOf("core-2");
        cluster["core-2"].Order(new ClusterOrder.Move(shard, "core-1"));
        cluster.Advance(5);
        var before = EpochOf(cluster, shard);

        // It is free; that it is goes over the link for longer than the time between two looks at the table.
        cluster["core-1"].Order(new ClusterOrder.Move(shard, "core-2"));
        while (cluster.Database.OwnerOf(shard)?.Node == "core-1")
            cluster.Advance(0.0001);

        (cluster.Network.LatencyMin, cluster.Network.LatencyMax) = (TimeSpan.FromSeconds(0.6), TimeSpan.FromSeconds(0.7));
        cluster.Advance(10);

        Assert.Equal("core-2", cluster.Database.OwnerOf(shard)?.Node);
        Assert.Equal(before + 1, EpochOf(cluster, shard));
    }

    private static long EpochOf(CounterCluster cluster, int shard) => cluster["core-1"].Standing()!.Shards[shard]!.Value.Epoch;
}
