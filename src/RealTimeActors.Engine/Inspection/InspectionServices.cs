using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.Inspection;

/// <summary>Whom a question about the node is passed on to.</summary>
internal sealed record InspectionServices(
    IJournal Journal, EngineOptions Options, ShardRegion<ChannelCommand> Channels, ShardRegion<SessionCommand> Sessions, EdgeServices Edges);
