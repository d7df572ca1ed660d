using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>A client's read on its way.</summary>
/// <param name="Connection">Whose.</param>
/// <param name="FrameId">The frame that asks.</param>
/// <param name="Channel">Of what.</param>
/// <param name="What">Events, state and so on.</param>
/// <param name="Needs">One of these rights is needed, also when the answer comes.</param>
internal sealed record ReadTag(Connection Connection, long FrameId, ChannelName Channel, string What, Rights Needs = Rights.History);
