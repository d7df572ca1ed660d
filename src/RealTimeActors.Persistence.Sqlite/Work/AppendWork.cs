using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.Sqlite.Work;

internal sealed class AppendWork(StreamId stream, long expectedLast, JournalRow row, IActorRef<JournalReply> replyTo) : WriteWork(stream, replyTo)
{
    internal long ExpectedLast => expectedLast;

    internal JournalRow Row => row;

    public override int Bytes => row.Payload.Length;

    internal override JournalReply Failed(JournalFault fault, string message) => new JournalReply.AppendFailed(Stream, row.Last, fault, message);

    internal override JournalReply Unknown(string message) => new JournalReply.AppendUnknown(Stream, row.Last, message);
}
