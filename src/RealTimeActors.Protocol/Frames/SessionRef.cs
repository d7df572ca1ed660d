namespace RealTimeActors.Protocol.Frames;

/// <summary>A session as its client is told of it.</summary>
public sealed record SessionRef(string Id, string Key, bool Resumed, string? Reason);
