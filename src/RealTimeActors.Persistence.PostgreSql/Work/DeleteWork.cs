using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;

namespace RealTimeActors.Persistence.PostgreSql.Work;

internal sealed class DeleteWork(StreamId stream, Fence fence, IActorRef<JournalReply> replyTo) : WriteWork(stream, fence, replyTo)
{
    internal override long? EndBefore => Answer is JournalReply.Deleted ? 0 : null;

    internal override JournalReply Failed(JournalFault fault, string message) => new JournalReply.DeleteFailed(Stream, fault, message);
}
