namespace RealTimeActors.Persistence.Journals;

/// <summary>What the journal answers. A message goes on to whoever asked for what could not be done, and he may be anybody: it says what is wrong, and nothing of where the store is.</summary>
public abstract record JournalReply(StreamId Stream)
{
    /// <summary>The row whose last sequence this is, and all before it, is durable.</summary>
    public sealed record Appended(StreamId Stream, long Last) : JournalReply(Stream);

    /// <summary>The row that would have ended at <paramref name="Last"/> is certainly not in the journal.</summary>
    public sealed record AppendFailed(StreamId Stream, long Last, JournalFault Fault, string Message) : JournalReply(Stream);

    /// <summary>It could not be learnt whether the row is in the journal: the owner stops, and recovery looks.</summary>
    public sealed record AppendUnknown(StreamId Stream, long Last, string Message) : JournalReply(Stream);

    /// <summary>Rows in order; empty when there is nothing from there on.</summary>
    /// <param name="Stream">The stream that was read.</param>
    /// <param name="Rows">Whole rows, in order.</param>
    /// <param name="Trim">Entries up to this sequence were let go; 0: none.</param>
    /// <param name="Last">The last durable sequence of the stream; 0 for an empty one.</param>
    /// <param name="Tag">What the reader gave along.</param>
    public sealed record RowsRead(StreamId Stream, IReadOnlyList<JournalRow> Rows, long Trim, long Last, object? Tag) : JournalReply(Stream);

    /// <summary>Nothing could be read.</summary>
    public sealed record ReadFailed(StreamId Stream, JournalFault Fault, string Message, object? Tag) : JournalReply(Stream);

    public sealed record Trimmed(StreamId Stream, long UpTo) : JournalReply(Stream);

    public sealed record TrimFailed(StreamId Stream, JournalFault Fault, string Message) : JournalReply(Stream);

    public sealed record Deleted(StreamId Stream) : JournalReply(Stream);

    public sealed record DeleteFailed(StreamId Stream, JournalFault Fault, string Message) : JournalReply(Stream);

    /// <summary>Streams by name. <paramref name="Prefix"/> is what was asked for.</summary>
    public sealed record Listed(string Prefix, IReadOnlyList<StreamInfo> Streams) : JournalReply(new StreamId(Prefix));

    public sealed record ListFailed(string Prefix, JournalFault Fault, string Message) : JournalReply(new StreamId(Prefix));

    public sealed record SnapshotSaved(StreamId Stream, long Sequence) : JournalReply(Stream);

    public sealed record SnapshotFailed(StreamId Stream, long Sequence, JournalFault Fault, string Message) : JournalReply(Stream);

    /// <summary>Where recovery begins.</summary>
    /// <param name="Stream">The stream.</param>
    /// <param name="Snapshot">The newest snapshot, or null.</param>
    /// <param name="Trim">Entries up to this sequence were let go; 0: none.</param>
    /// <param name="Last">The last durable sequence; 0 for an empty stream.</param>
    /// <param name="Life">The life of the store: a new random text whenever it was restored from a backup, so that owners give their logs a new epoch.</param>
    public sealed record Loaded(StreamId Stream, Snapshot? Snapshot, long Trim, long Last, string Life) : JournalReply(Stream);
}
