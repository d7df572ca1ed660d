namespace RealTimeActors.Sharding;

/// <summary>What one shard answers to <see cref="ShardMessage.List"/>.</summary>
/// <param name="Region">The region's name.</param>
/// <param name="Shard">Which.</param>
/// <param name="Active">How many entities it has in memory altogether.</param>
/// <param name="Ids">Those that were asked for, in ordinal order.</param>
public sealed record ShardEntities(string Region, int Shard, int Active, IReadOnlyList<string> Ids)
{
    /// <summary>Whether the shard itself has answered. Otherwise its node could not be asked, and it may have any.</summary>
    public bool IsKnown { get; init; } = true;
}
