using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Presence;

/// <summary>One member that an edge has, as it tells a presence actor that has just come into being.</summary>
internal sealed record PresenceReport(Member Member, string ConnectionId);
