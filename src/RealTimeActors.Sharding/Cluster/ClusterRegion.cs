namespace RealTimeActors.Sharding.Cluster;

/// <summary>A region whose shards are placed on the nodes of a cluster.</summary>
/// <param name="Name">By which the other nodes know it.</param>
/// <param name="Tell">Tells one of its shards on this node where it is.</param>
public sealed record ClusterRegion(string Name, Action<int, ShardMessage> Tell);
