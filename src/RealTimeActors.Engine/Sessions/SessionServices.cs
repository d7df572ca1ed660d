using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Engine.Sessions;

/// <summary>What every session actor of a node is given.</summary>
internal sealed record SessionServices(IJournal Journal, EngineOptions Options, IActorRef<ChannelCommand> Channels, EngineMeters Meters)
{
    /// <summary>Where members are told to be gone with their session.</summary>
    internal required IActorRef<PresenceCommand> Presence { get; init; }

    /// <summary>Whether edges may be on other nodes, which can fail by themselves.</summary>
    internal bool IsClustered { get; init; }

    private const int SnapshotEvery = 200;

    /// <summary>How sessions are journaled: a session's log is to stay as short as its state.</summary>
    internal EventSourcingOptions EventSourcing { get; } = Options.EventSourcing with { SnapshotEvery = Math.Min(SnapshotEvery, Options.EventSourcing.SnapshotEvery) };
}
