using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;

namespace RealTimeActors.Sharding.Tests.Cluster;

/// <summary>Journals that count under each fence, as a store does that is asked how far it is.</summary>
internal sealed class CountingJournals(IFencedJournals journals) : IFencedJournals
{
    private readonly Dictionary<Fence, JournalProgress> _progress = [];

    public IJournal Under(Fence fence) => new Counting(journals.Under(fence), this, fence);

    public JournalProgress ProgressOf(Fence fence) => _progress.GetValueOrDefault(fence);

    private void Add(Fence fence, int pending, int committed)
    {
        var (before, open) = ProgressOf(fence);
        _progress[fence] = new JournalProgress(before + committed, open + pending);
    }

    private sealed class Counting(IJournal journal, CountingJournals all, Fence fence) : IJournal
    {
        public void Append(StreamId stream, long expectedLast, JournalRow row, IActorRef<JournalReply> replyTo)
        {
            all.Add(fence, row.Count, 0);
            journal.Append(stream, expectedLast, row, new Answer(replyTo, reply => all.Add(fence, -row.Count, reply is JournalReply.Appended ? row.Count : 0)));
        }

        public void Read(StreamId stream, long from, int entriesMax, int bytesMax, object? tag, IActorRef<JournalReply> replyTo) => journal.Read(stream, from, entriesMax, bytesMax, tag, replyTo);

        public void Trim(StreamId stream, long upTo, IActorRef<JournalReply> replyTo) => journal.Trim(stream, upTo, replyTo);

        public void Delete(StreamId stream, IActorRef<JournalReply> replyTo) => journal.Delete(stream, replyTo);

        public void List(string prefix, string after, int limit, IActorRef<JournalReply> replyTo) => journal.List(prefix, after, limit, replyTo);

        public void SaveSnapshot(StreamId stream, long sequence, ReadOnlyMemory<byte> payload, IActorRef<JournalReply> replyTo) => journal.SaveSnapshot(stream, sequence, payload, replyTo);

        public void Load(StreamId stream, IActorRef<JournalReply> replyTo) => journal.Load(stream, replyTo);
    }

    private sealed class Answer(IActorRef<JournalReply> to, Action<JournalReply> see) : IActorRef<JournalReply>
    {
        public ActorPath Path => to.Path;

        public void Tell(JournalReply message)
        {
            see(message);
            to.Tell(message);
        }
    }
}
