namespace RealTimeActors.Engine.Telemetry;

/// <summary>The door to traces: the world decides what is followed, and how that is told.</summary>
public interface ITraces
{
    /// <summary>Something begins that may be worth following; null: not this time, which is what nearly always comes.</summary>
    /// <param name="what">As <c>publish</c>.</param>
    /// <param name="channel">The channel it is about, where there is one.</param>
    ITrace? Begin(string what, string? channel);
}
