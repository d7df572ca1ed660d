namespace RealTimeActors.Persistence.EventSourcing;

/// <summary>How an event-sourced actor uses the journal.</summary>
public sealed record EventSourcingOptions
{
    /// <summary>The defaults.</summary>
    public static EventSourcingOptions Default { get; } = new();

    /// <summary>A snapshot is taken when so many events came since the last one. Default 10,000.</summary>
    public int SnapshotEvery { get; init; } = 10_000;

    /// <summary>The most events in one row of the journal, unless more belong together. Default 256.</summary>
    public int RowEventsMax { get; init; } = 256;

    /// <summary>Rows on their way to the disk at one time; what is persisted meanwhile is gathered into the next row. Default 2: one is being
    /// flushed while the next already waits.</summary>
    public int RowsInFlightMax { get; init; } = 2;

    /// <summary>How long an actor waits before it tries again to recover from a journal that could not be read. Default 250 ms.</summary>
    public TimeSpan RecoveryRetryAfter { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Events read at one go during recovery. Default 4,096.</summary>
    public int ReplayEventsMax { get; init; } = 4_096;
}
