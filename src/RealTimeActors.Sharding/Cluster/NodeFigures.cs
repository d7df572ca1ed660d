namespace RealTimeActors.Sharding.Cluster;

/// <summary>What a node counts, told to whoever asks.</summary>
/// <param name="Clients">Of its clients.</param>
/// <param name="Shards">Of the shards that it has, in their order.</param>
public sealed record NodeFigures(ClientCounts Clients, IReadOnlyList<ShardProgress> Shards);
