namespace RealTimeActors.Engine.Connections;

/// <summary>An edge actor has no connections any more, and their sessions are safe.</summary>
public sealed record AllClosed(int Edge);
