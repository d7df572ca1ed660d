namespace RealTimeActors.Sharding.Cluster;

/// <summary>What is counted of one shard where it is.</summary>
/// <param name="Channels">Channels in memory.</param>
/// <param name="Sessions">Sessions in memory.</param>
/// <param name="Waiting">Messages that wait for an entity of it.</param>
public readonly record struct ShardCounts(long Channels, long Sessions, long Waiting);
