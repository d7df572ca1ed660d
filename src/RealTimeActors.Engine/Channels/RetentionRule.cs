namespace RealTimeActors.Engine.Channels;

/// <summary>How much of a log is kept. Null: no bound. Logical: reads obey it at once, deletion may lag.</summary>
public sealed record RetentionRule
{
    /// <summary>Everything is kept.</summary>
    public static RetentionRule Unbounded { get; } = new();

    /// <summary>The newest so many events.</summary>
    public long? Count { get; init; }

    /// <summary>Events younger than this.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>The newest events of about so many bytes of data.</summary>
    public long? Bytes { get; init; }
}
