using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Presence;

/// <summary>Where a session was present when its connection ended, and as what: it goes on so on the next connection.</summary>
internal sealed record HeldPresence(ChannelName Channel, ReadOnlyMemory<byte> State);
