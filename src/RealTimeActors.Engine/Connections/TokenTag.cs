namespace RealTimeActors.Engine.Connections;

/// <summary>A token that is being checked: whose it is, and the frame that brought it.</summary>
/// <param name="Connection">Where it came.</param>
/// <param name="IsRefresh">Whether a refresh brought it; else the hello did, or the transport's handshake.</param>
/// <param name="FrameId">The refresh's id.</param>
internal sealed record TokenTag(Connection Connection, bool IsRefresh, long FrameId);
