using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;
using RealTimeActors.TestKit.Journals;

namespace RealTimeActors.TestKit.Cluster;

/// <summary>The journals of one life of a simulated node, on the disk that all nodes share.</summary>
public sealed class SimulatedFencedJournals : IFencedJournals, IDisposable
{
    private readonly SimulatedDatabase _database;
    private readonly SimulatedJournal _journal;
    private readonly string _process;

    internal SimulatedFencedJournals(SimulatedDatabase database, SimulatedJournal journal, string process)
    {
        _database = database;
        _journal = journal;
        _process = process;
    }

    /// <inheritdoc/>
    public IJournal Under(Fence fence) => new Fenced(this, fence);

    /// <summary>The process ends at once: see <see cref="SimulatedJournal.Crash"/>.</summary>
    public void Crash() => _journal.Crash();

    /// <inheritdoc/>
    public void Dispose() => _journal.Dispose();

    private sealed class Fenced(SimulatedFencedJournals journals, Fence fence) : SimulatedGuard, IJournal
    {
        internal override bool Holds => Database.SkipsFences || Database.Cluster.Holds(fence);

        private SimulatedDatabase Database => journals._database;

        public void Append(StreamId stream, long expectedLast, JournalRow row, IActorRef<JournalReply> replyTo) => Write(journal => journal.Append(stream, expectedLast, row, replyTo));

        public void Read(StreamId stream, long from, int entriesMax, int bytesMax, object? tag, IActorRef<JournalReply> replyTo) =>
            journals._journal.Read(stream, from, entriesMax, bytesMax, tag, replyTo);

        public void Trim(StreamId stream, long upTo, IActorRef<JournalReply> replyTo) => Write(journal => journal.Trim(stream, upTo, replyTo));

        public void Delete(StreamId stream, IActorRef<JournalReply> replyTo) => Write(journal => journal.Delete(stream, replyTo));

        public void List(string prefix, string after, int limit, IActorRef<JournalReply> replyTo) => journals._journal.List(prefix, after, limit, replyTo);

        public void SaveSnapshot(StreamId stream, long sequence, ReadOnlyMemory<byte> payload, IActorRef<JournalReply> replyTo) =>
            Write(journal => journal.SaveSnapshot(stream, sequence, payload, replyTo));

        public void Load(StreamId stream, IActorRef<JournalReply> replyTo) => journals._journal.Load(stream, replyTo);

        internal override void Asked() => Database.Tap?.Asks(fence, journals._process);

        internal override void Answered(TimeSpan after) => Database.Tap?.Answered(fence, journals._process, after);

        internal override void CarriedOut(StreamId stream) => Database.Tap?.Commits(fence, journals._process, stream);

        internal override void Refused() => Database.Tap?.Refuses(fence, journals._process);

        private void Write(Action<IJournal> call) => journals._journal.Guarded(this, call);
    }
}
