namespace RealTimeActors.Sharding.Cluster;

/// <summary>A shard in the hands of one owner.</summary>
/// <param name="Shard">Which.</param>
/// <param name="Epoch">Of its fence: who has a greater one has it now.</param>
public sealed record OwnedShard(int Shard, long Epoch);
