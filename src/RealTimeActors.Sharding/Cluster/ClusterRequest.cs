using RealTimeActors.Actors;

namespace RealTimeActors.Sharding.Cluster;

/// <summary>What an operator wants of the cluster, asked of any node: it finds out whose affair it is, and tells that node. Answered by <see cref="ClusterAnswer"/>.</summary>
public abstract record ClusterRequest(IActorRef<ClusterAnswer> ReplyTo)
{
    /// <summary>A shard should be on a certain node, and stay there.</summary>
    public sealed record Move(int Shard, string To, IActorRef<ClusterAnswer> ReplyTo) : ClusterRequest(ReplyTo);

    /// <summary>A node should hand everything over and take nothing any more, as before it is stopped.</summary>
    public sealed record Drain(string Node, IActorRef<ClusterAnswer> ReplyTo) : ClusterRequest(ReplyTo);

    /// <summary>A node that was drained should take shards and clients again, without being started anew.</summary>
    public sealed record Undrain(string Node, IActorRef<ClusterAnswer> ReplyTo) : ClusterRequest(ReplyTo);
}
