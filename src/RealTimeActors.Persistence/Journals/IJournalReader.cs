namespace RealTimeActors.Persistence.Journals;

/// <summary>
/// Looks at a store from outside, row by row, also while servers write it: everything seen is of the moment in which it was opened. What is damaged is shown and marked, not hidden.
/// </summary>
/// <remarks>For one thread. Every call throws <see cref="JournalException"/> where the store cannot be read.</remarks>
public interface IJournalReader : IDisposable
{
    /// <summary>The streams whose names begin with the prefix, by name.</summary>
    IReadOnlyList<StreamInfo> Streams(string prefix);

    /// <summary>The rows of a stream in order, each with whether it matches its checksum; also such as were let go and are still there. They are fetched as they are asked for, of one stream at a time.</summary>
    IEnumerable<(JournalRow Row, bool IsIntact)> Rows(StreamId stream);

    /// <summary>The snapshot of a stream, and whether it matches its checksum; null: there is none.</summary>
    (Snapshot Snapshot, bool IsIntact)? SnapshotOf(StreamId stream);

    /// <summary>How many streams there are that have rows and no name: it was taken away, or rows were moved away from where they belong.</summary>
    long CountStrays();
}
