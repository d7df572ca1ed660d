namespace RealTimeActors.Simulation.Model;

/// <summary>What matters of an event here: whether it is urgent, and whether the subscription wants it at all.</summary>
internal sealed record LogEntry(bool IsUrgent, bool IsWanted);
