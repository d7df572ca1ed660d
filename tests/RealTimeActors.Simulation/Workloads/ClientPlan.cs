using RealTimeActors.Protocol;
using RealTimeActors.TestKit.Network;

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

    /// <summary>How long it takes over each event; null: up to <see cref="HandleMax"/>.</summary>
    public TimeSpan? HandlesIn { get; init; }

    /// <summary>Reads what its connection has for it once in so long, for a moment; null: at once.</summary>
    public TimeSpan? ReadsEvery { get; init; }

    /// <summary>What its connections go over: for each one of these is drawn, so that a session goes on over another.</summary>
    public IReadOnlyList<SimulatedWay> Ways { get; init; } = [SimulatedWay.WebSocket];

    /// <summary>Takes long frames in pieces of so many bytes; null: whole.</summary>
    public int? PieceBytes { get; init; }
}
