namespace RealTimeActors.Sharding;

/// <summary>What a shard of one region answers while it moves.</summary>
/// <param name="Shard">Which.</param>
public abstract record ShardMoved(int Shard)
{
    /// <summary>From here on nothing is sent to the former owner.</summary>
    public sealed record Held(int Shard, object? Tag) : ShardMoved(Shard);

    /// <summary>No entity of it is left here.</summary>
    public sealed record Drained(int Shard) : ShardMoved(Shard);
}
