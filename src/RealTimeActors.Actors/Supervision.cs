namespace RealTimeActors.Actors;

/// <summary>What happens to an actor that throws.</summary>
public sealed record Supervision
{
    /// <summary>Restart with a growing pause, 10 times within a minute, then stop.</summary>
    public static Supervision Default { get; } = new();

    /// <summary>Stop at the first fault; watchers are told.</summary>
    public static Supervision Stop { get; } = new() { Decide = static _ => Directive.Stop };

    /// <summary>Judges a fault. Default: restart.</summary>
    public Func<Exception, Directive> Decide { get; init; } = static _ => Directive.Restart;

    /// <summary>Restarts within <see cref="Within"/> before the actor is stopped instead. Default 10.</summary>
    public int RestartsMax { get; init; } = 10;

    /// <summary>The time over which restarts are counted. Default one minute.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The pause before the first restart, doubled for each further one. Default 10 ms.</summary>
    public TimeSpan BackoffMin { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>The longest pause. Default 10 s.</summary>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromSeconds(10);
}
