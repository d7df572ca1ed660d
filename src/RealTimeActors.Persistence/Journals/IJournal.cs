using RealTimeActors.Actors;

namespace RealTimeActors.Persistence.Journals;

/// <summary>
/// The memory door: streams of entries, numbered 1, 2, 3 … without holes within a stream.
/// </summary>
/// <remarks>
/// Every call returns at once and is answered by exactly one <see cref="JournalReply"/> to the given ref, unless the process ends first.
/// Appends, trims, deletes and snapshots of one stream are carried out in the order in which they were called, and answered in that order. A read or load is carried out, and
/// answered, after every write of its stream that was called before it, and it shows nothing that was appended after it was called (of a later trim or delete it may). It holds up no
/// later write, so its answer may come after theirs; reads and loads among themselves are answered in order. Whatever waits on a node, of all its streams, goes to the disk
/// in one group commit. Mistakes of the caller (a row that does not begin at expectedLast + 1, a name of no or more than 512 bytes) are exceptions.
/// Implementations pass <c>RealTimeActors.Persistence.Tck</c>.
/// </remarks>
public interface IJournal
{
    /// <summary>
    /// Appends one row after sequence <paramref name="expectedLast"/> (0 for an empty stream): atomic, and durable before it is answered.
    /// Answered by <see cref="JournalReply.Appended"/>; <see cref="JournalReply.AppendFailed"/> (certainly not written, nor anything told after it and
    /// based on it: a later append's <paramref name="expectedLast"/> does not match any more); or <see cref="JournalReply.AppendUnknown"/> (stop, recover, look).
    /// The payload must not be changed afterwards.
    /// </summary>
    void Append(StreamId stream, long expectedLast, JournalRow row, IActorRef<JournalReply> replyTo);

    /// <summary>
    /// Reads whole rows in order, beginning with the row that holds sequence <paramref name="from"/> (or the first retained one after it), until
    /// <paramref name="entriesMax"/> entries or about <paramref name="bytesMax"/> payload bytes are there; at least one row where there is one. Sees only what is durable.
    /// Answered by <see cref="JournalReply.RowsRead"/> or <see cref="JournalReply.ReadFailed"/>, carrying the tag.
    /// </summary>
    void Read(StreamId stream, long from, int entriesMax, int bytesMax, object? tag, IActorRef<JournalReply> replyTo);

    /// <summary>
    /// Lets go of the entries up to and including <paramref name="upTo"/>. The trim point is durable when it is answered
    /// (<see cref="JournalReply.Trimmed"/>, with the trim point that now holds: never beyond the end, never moved back); the bytes may be reclaimed later, and whole rows only. Reads may still return a row that reaches over the trim point.
    /// </summary>
    void Trim(StreamId stream, long upTo, IActorRef<JournalReply> replyTo);

    /// <summary>Removes a stream with its snapshot. Answered by <see cref="JournalReply.Deleted"/>. A stream of the same name would begin again at 1.</summary>
    void Delete(StreamId stream, IActorRef<JournalReply> replyTo);

    /// <summary>Names streams in ordinal order: those that begin with <paramref name="prefix"/> and come after <paramref name="after"/> (exclusive; empty for the start), at most
    /// <paramref name="limit"/>. Answered by <see cref="JournalReply.Listed"/>.</summary>
    void List(string prefix, string after, int limit, IActorRef<JournalReply> replyTo);

    /// <summary>Keeps the newest snapshot of a stream: everything up to <paramref name="sequence"/> folded into the payload. An older one never replaces a newer one.
    /// Answered by <see cref="JournalReply.SnapshotSaved"/> or <see cref="JournalReply.SnapshotFailed"/>. It may be saved lazily: losing one costs time, never truth.</summary>
    void SaveSnapshot(StreamId stream, long sequence, ReadOnlyMemory<byte> payload, IActorRef<JournalReply> replyTo);

    /// <summary>
    /// Where recovery begins: the newest snapshot, the bounds of the stream and the life of this store. Answered by <see cref="JournalReply.Loaded"/> or
    /// <see cref="JournalReply.ReadFailed"/>.
    /// </summary>
    void Load(StreamId stream, IActorRef<JournalReply> replyTo);
}
