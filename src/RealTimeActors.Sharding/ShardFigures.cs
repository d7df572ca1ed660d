namespace RealTimeActors.Sharding;

/// <summary>What one shard counts: written by its actor alone, read from anywhere.</summary>
internal sealed class ShardFigures
{
    internal long Active { get; set; }

    internal long Activated { get; set; }

    internal long Passivated { get; set; }
}
