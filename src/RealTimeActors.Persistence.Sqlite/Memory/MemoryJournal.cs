using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Journals.Memory;
using RealTimeActors.Persistence.Sqlite.Files;

namespace RealTimeActors.Persistence.Sqlite.Memory;

/// <summary>A journal for trying things out: it keeps everything in memory, without bound, and answers at once. Everything is gone when the process ends.</summary>
/// <remarks>It lives here and not in Core because its callers are on many threads and it needs a lock.</remarks>
public sealed class MemoryJournal(TimeProvider time) : IJournal
{
    private readonly MemoryStreams _streams = new(Life.New());
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public void Append(StreamId stream, long expectedLast, JournalRow row, IActorRef<JournalReply> replyTo)
    {
        JournalCall.CheckAppend(stream, expectedLast, row);
        lock (_gate)
            replyTo.Tell(_streams.Append(stream, expectedLast, row, time.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    /// <inheritdoc/>
    public void Read(StreamId stream, long from, int entriesMax, int bytesMax, object? tag, IActorRef<JournalReply> replyTo)
    {
        JournalCall.Check(stream);
        lock (_gate)
            replyTo.Tell(_streams.Read(stream, from, entriesMax, bytesMax, tag));
    }

    /// <inheritdoc/>
    public void Trim(StreamId stream, long upTo, IActorRef<JournalReply> replyTo)
    {
        JournalCall.Check(stream);
        lock (_gate)
            replyTo.Tell(_streams.Trim(stream, upTo));
    }

    /// <inheritdoc/>
    public void Delete(StreamId stream, IActorRef<JournalReply> replyTo)
    {
        JournalCall.Check(stream);
        lock (_gate)
            replyTo.Tell(_streams.Delete(stream));
    }

    /// <inheritdoc/>
    public void List(string prefix, string after, int limit, IActorRef<JournalReply> replyTo)
    {
        JournalCall.CheckList(prefix, after, limit);
        lock (_gate)
            replyTo.Tell(_streams.List(prefix, after, limit));
    }

    /// <inheritdoc/>
    public void SaveSnapshot(StreamId stream, long sequence, ReadOnlyMemory<byte> payload, IActorRef<JournalReply> replyTo)
    {
        JournalCall.CheckSnapshot(stream, sequence);
        lock (_gate)
            replyTo.Tell(_streams.SaveSnapshot(stream, sequence, payload));
    }

    /// <inheritdoc/>
    public void Load(StreamId stream, IActorRef<JournalReply> replyTo)
    {
        JournalCall.Check(stream);
        lock (_gate)
            replyTo.Tell(_streams.Load(stream));
    }
}
