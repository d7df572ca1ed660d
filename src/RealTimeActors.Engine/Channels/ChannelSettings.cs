using RealTimeActors.Engine.Conflicts;

namespace RealTimeActors.Engine.Channels;

/// <summary>How the channels of one pattern behave.</summary>
public sealed record ChannelSettings
{
    /// <summary>What holds where no pattern matches: durable, everything is kept.</summary>
    public static ChannelSettings Default { get; } = new();

    /// <summary>Whether events are kept in a log on disk. An ephemeral channel keeps its newest ones in memory.</summary>
    public bool IsDurable { get; init; } = true;

    /// <summary>Ephemeral channels only: whether sessions that are away get what they missed from an inbox of their own.</summary>
    public bool KeepsForOffline { get; init; }

    /// <summary>How much of the log is kept.</summary>
    public RetentionRule Retention { get; init; } = RetentionRule.Unbounded;

    /// <summary>What happens to events that a client could not process (<c>nack</c>).</summary>
    public RetryRule Retry { get; init; } = RetryRule.Default;

    /// <summary>Ephemeral channels: the newest events kept in memory for those who come back soon. Default 1,000.</summary>
    public int MemoryEventsMax { get; init; } = 1_000;

    /// <summary>… and the most bytes of their data. Default 1 MiB.</summary>
    public long MemoryBytesMax { get; init; } = 1_048_576;

    /// <summary>Which rule decides where, when several write at once. What is in the log stays decided by the rules of its time. Default: last-write everywhere.</summary>
    public ConflictRules Merge { get; init; } = ConflictRules.Default;

    /// <summary>What the shared state may grow to.</summary>
    public StateLimits State { get; init; } = StateLimits.Default;
}
