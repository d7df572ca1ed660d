using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.Sqlite.Work;

/// <summary>One small commit, to find out whether the disk takes commits again. What became of it shows in <see cref="SqliteJournal.Outage"/>.</summary>
internal sealed class ProbeWork(Action done) : WriteWork(new StreamId("$probe"), new Done(done))
{
    internal override JournalReply Failed(JournalFault fault, string message) => new JournalReply.TrimFailed(Stream, fault, message);

    private sealed class Done(Action done) : IActorRef<JournalReply>
    {
        public ActorPath Path { get; } = new(null, "probe");

        public void Tell(JournalReply message) => done();
    }
}
