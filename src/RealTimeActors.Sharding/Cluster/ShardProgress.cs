namespace RealTimeActors.Sharding.Cluster;

/// <summary>How far one shard is, as its owner counts it.</summary>
/// <param name="Shard">Which, and since which fence.</param>
/// <param name="Counts">What is in memory of it.</param>
/// <param name="Head">Entries that its owner has committed under that fence: with the fence's epoch the shard's position, as epoch and offset are a channel's.</param>
/// <param name="Lag">Entries that were handed to the journal and are not committed yet.</param>
public sealed record ShardProgress(OwnedShard Shard, ShardCounts Counts, long Head, long Lag);
