namespace RealTimeActors.Simulation;

/// <summary>What ends many runs before all are done, and who is told how it goes.</summary>
internal sealed record ScheduleBounds
{
    /// <summary>No schedule begins later; null: all are run.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>So many broken ones are enough, and kept. Default: all of them.</summary>
    public int FailuresMax { get; init; } = int.MaxValue;

    /// <summary>Told now and then; null: nobody is.</summary>
    public Action<string>? Progress { get; init; }

    /// <summary>How often.</summary>
    public TimeSpan ProgressEvery { get; init; } = TimeSpan.FromSeconds(15);
}
