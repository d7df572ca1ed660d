using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;

namespace RealTimeActors.Persistence.PostgreSql.Work;

internal sealed class AppendWork(StreamId stream, Fence fence, long expectedLast, JournalRow row, IActorRef<JournalReply> replyTo) : WriteWork(stream, fence, replyTo)
{
    internal long ExpectedLast => expectedLast;

    internal JournalRow Row => row;

    public override int Bytes => row.Payload.Length;

    // A row that may be there is not shown to who asked before it either.
    internal override long? EndBefore => Answer is JournalReply.Appended or JournalReply.AppendUnknown ? expectedLast : null;

    internal JournalReply Appended() => new JournalReply.Appended(Stream, row.Last);

    internal override JournalReply Failed(JournalFault fault, string message) => new JournalReply.AppendFailed(Stream, row.Last, fault, message);

    internal override JournalReply Unknown(string message) => new JournalReply.AppendUnknown(Stream, row.Last, message);
}
