namespace RealTimeActors.Sharding.Cluster;

/// <summary>What a node's place in the cluster counts: written by its <see cref="ClusterActor"/> alone, read from anywhere, out of date as soon as it is told.</summary>
public sealed class PlaceFigures
{
    /// <summary>The nodes of the table, this one among them.</summary>
    public long Members { get; internal set; }

    /// <summary>The others that this one has a link with.</summary>
    public long Linked { get; internal set; }

    /// <summary>Whether it takes no part: it has not joined, is not let in, or reaches no core.</summary>
    public bool Waits { get; internal set; } = true;

    /// <summary>Shards that are here.</summary>
    public long Shards { get; internal set; }

    /// <summary>Shards that were taken: free ones, and those that others handed over.</summary>
    public long Taken { get; internal set; }

    /// <summary>Shards that were handed over to another node.</summary>
    public long HandedOver { get; internal set; }

    /// <summary>Hand-overs that took too long: the shard stayed.</summary>
    public long CalledOff { get; internal set; }

    /// <summary>Shards that were let go of without a hand-over, because the lease could not be renewed or was another's.</summary>
    public long Lost { get; internal set; }
}
