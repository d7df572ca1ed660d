using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.PostgreSql.Work;

namespace RealTimeActors.Persistence.PostgreSql;

/// <summary>The store as the owner of some streams sees it: what it writes, it writes under the fence that goes with the stream.</summary>
internal sealed class FencedJournal(PostgreSqlStore store, Func<StreamId, Fence> fenceOf) : IJournal
{
    public void Append(StreamId stream, long expectedLast, JournalRow row, IActorRef<JournalReply> replyTo)
    {
        JournalCall.CheckAppend(stream, expectedLast, row);
        CheckName(stream);
        Write(new AppendWork(stream, fenceOf(stream), expectedLast, row, replyTo));
    }

    public void Read(StreamId stream, long from, int entriesMax, int bytesMax, object? tag, IActorRef<JournalReply> replyTo)
    {
        JournalCall.Check(stream);
        CheckName(stream);
        store.Submit(new RowsWork(stream, from, entriesMax, bytesMax, tag, replyTo), store.WriterOf(fenceOf(stream)));
    }

    public void Trim(StreamId stream, long upTo, IActorRef<JournalReply> replyTo)
    {
        JournalCall.Check(stream);
        CheckName(stream);
        Write(new TrimWork(stream, fenceOf(stream), upTo, replyTo));
    }

    public void Delete(StreamId stream, IActorRef<JournalReply> replyTo)
    {
        JournalCall.Check(stream);
        CheckName(stream);
        Write(new DeleteWork(stream, fenceOf(stream), replyTo));
    }

    public void List(string prefix, string after, int limit, IActorRef<JournalReply> replyTo)
    {
        JournalCall.CheckList(prefix, after, limit);
        store.Submit(new ListWork(prefix, after, limit, replyTo), writer: null);
    }

    public void SaveSnapshot(StreamId stream, long sequence, ReadOnlyMemory<byte> payload, IActorRef<JournalReply> replyTo)
    {
        JournalCall.CheckSnapshot(stream, sequence);
        CheckName(stream);
        Write(new SnapshotWork(stream, fenceOf(stream), sequence, payload, replyTo));
    }

    public void Load(StreamId stream, IActorRef<JournalReply> replyTo)
    {
        JournalCall.Check(stream);
        CheckName(stream);
        store.Submit(new LoadWork(stream, replyTo), store.WriterOf(fenceOf(stream)));
    }

    private void Write(WriteWork work) => store.Submit(work, store.WriterOf(work.Fence));

    private static void CheckName(StreamId stream)
    {
        // One such name would fail the whole group that it is in.
        if (stream.Value.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("The name of a stream in PostgreSQL has no U+0000.", nameof(stream));
    }
}
