namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <summary>How often the heads of all logs are signed, and how long that is kept.</summary>
public sealed record CheckpointOptions
{
    /// <summary>A checkpoint is made when so many events came since the last one. Default 100,000.</summary>
    public int EveryEvents { get; init; } = 100_000;

    /// <summary>A checkpoint is made so long after the first event that came since the last one. Default 10 s.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Checkpoints that are kept; older ones are let go. Default 100,000.</summary>
    public int Keep { get; init; } = 100_000;

    /// <summary>Channels that move in one checkpoint; the others move in the next, which follows at once. So no checkpoint takes long, and no row of the journal is large. Default 10,000.</summary>
    public int MovedMax { get; init; } = 10_000;
}
