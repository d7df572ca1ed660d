namespace RealTimeActors.Hammer.Cluster.Load;

/// <summary>The log of one channel.</summary>
internal sealed record ReadLog(string Epoch, IReadOnlyList<LoggedEvent> Events);
