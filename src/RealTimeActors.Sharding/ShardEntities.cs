namespace RealTimeActors.Sharding;

/// <summary>What one shard answers to <see cref="ShardMessage.List"/>.</summary>
/// <param name="Region">The region's name.</param>
/// <param name="Active">How many entities it has in memory altogether.</param>
/// <param name="Ids">Those that were asked for, in ordinal order.</param>
public sealed record ShardEntities(string Region, int Active, IReadOnlyList<string> Ids);
