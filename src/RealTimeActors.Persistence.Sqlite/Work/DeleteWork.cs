using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.Sqlite.Work;

internal sealed class DeleteWork(StreamId stream, IActorRef<JournalReply> replyTo) : WriteWork(stream, replyTo)
{
    internal override JournalReply Failed(JournalFault fault, string message) => new JournalReply.DeleteFailed(Stream, fault, message);
}
