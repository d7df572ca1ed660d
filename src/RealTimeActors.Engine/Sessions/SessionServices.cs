using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Engine.Sessions;

/// <summary>What every session actor of a node is given.</summary>
internal sealed record SessionServices(IJournal Journal, EngineOptions Options, IActorRef<ChannelCommand> Channels, EngineMeters Meters);
