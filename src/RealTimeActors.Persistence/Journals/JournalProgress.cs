namespace RealTimeActors.Persistence.Journals;

/// <summary>How far the writes under one fence are, as the store of the node counts them that holds it.</summary>
/// <param name="Committed">Entries that were appended under it and are durable.</param>
/// <param name="Pending">Entries that were handed over and are not answered yet.</param>
public readonly record struct JournalProgress(long Committed, long Pending);
