using RealTimeActors.Protocol;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>One client of a run: what it follows, how fast it publishes and handles, what becomes of it.</summary>
internal sealed record ClientPlan(
    string Name,
    WireFormat Format,
    int? Credit,
    IReadOnlyList<SubscriptionPlan> Subscriptions,
    TimeSpan PublishEvery,
    TimeSpan HandleMax,
    TimeSpan AckDelay,
    bool StopsReading,
    bool Restarts,
    bool IsTakenOver,
    bool Unsubscribes,
    bool Reads)
{
    /// <summary>Whose tokens it shows, where any are asked for.</summary>
    public string User { get; init; } = Name;
}
