using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.Sqlite.Work;

internal sealed class TrimWork(StreamId stream, long upTo, IActorRef<JournalReply> replyTo) : WriteWork(stream, replyTo)
{
    internal long UpTo => upTo;

    internal override JournalReply Failed(JournalFault fault, string message) => new JournalReply.TrimFailed(Stream, fault, message);
}
