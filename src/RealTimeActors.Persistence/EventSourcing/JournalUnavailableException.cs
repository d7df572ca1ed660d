namespace RealTimeActors.Persistence.EventSourcing;

/// <summary>A stream could not be recovered: the journal cannot be read, or contradicts itself.</summary>
public sealed class JournalUnavailableException(string message) : Exception(message);
