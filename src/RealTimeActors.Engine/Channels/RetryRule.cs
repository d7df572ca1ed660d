namespace RealTimeActors.Engine.Channels;

/// <summary>How often an event that a client could not process is delivered to it, and how long the pauses are. Pure.</summary>
public sealed record RetryRule
{
    /// <summary>Five deliveries with pauses of 1, 2, 4 and 8 s.</summary>
    public static RetryRule Default { get; } = new();

    /// <summary>The most deliveries, the first included; then the session gives up. 1: the first nack is the last. Default 5.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The pause after the first delivery; it doubles with each. Default 1 s.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause. Default 5 minutes.</summary>
    public TimeSpan DelayMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The pause after so many deliveries.</summary>
    public TimeSpan PauseAfter(int deliveries)
    {
        var longest = Math.Max(Delay.Ticks, DelayMax.Ticks);
        var pause = Delay.Ticks;
        for (var i = 1; i < deliveries && pause < longest; i++)
            pause *= 2;

        return TimeSpan.FromTicks(Math.Min(pause, longest));
    }
}
