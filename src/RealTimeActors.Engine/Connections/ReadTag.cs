using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>A client's read on its way.</summary>
internal sealed record ReadTag(Connection Connection, long FrameId, ChannelName Channel, string What);
