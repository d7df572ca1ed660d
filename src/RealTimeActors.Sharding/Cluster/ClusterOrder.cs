namespace RealTimeActors.Sharding.Cluster;

/// <summary>What an operator tells a node.</summary>
public abstract record ClusterOrder
{
    private ClusterOrder() { }

    /// <summary>Hand all shards over, one after the other, and take none any more.</summary>
    public sealed record Drain : ClusterOrder;

    /// <summary>A drain was not meant, or is over: take shards and clients again.</summary>
    public sealed record Undrain : ClusterOrder;

    /// <summary>Leave the cluster; shards that are still here are given back.</summary>
    public sealed record Leave : ClusterOrder;

    /// <summary>Hand one shard over to a node. It stays there, whatever balance says, until it is moved again or the node ends.</summary>
    public sealed record Move(int Shard, string To) : ClusterOrder;
}
