using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;

namespace RealTimeActors.Persistence.PostgreSql.Work;

internal sealed class TrimWork(StreamId stream, Fence fence, long upTo, IActorRef<JournalReply> replyTo) : WriteWork(stream, fence, replyTo)
{
    internal long UpTo => upTo;

    internal override JournalReply Failed(JournalFault fault, string message) => new JournalReply.TrimFailed(Stream, fault, message);
}
