using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.Sqlite.Work;

internal sealed class SnapshotWork(StreamId stream, long sequence, ReadOnlyMemory<byte> payload, IActorRef<JournalReply> replyTo) : WriteWork(stream, replyTo)
{
    internal long Sequence => sequence;

    internal ReadOnlyMemory<byte> Payload => payload;

    public override int Bytes => payload.Length;

    internal override JournalReply Failed(JournalFault fault, string message) => new JournalReply.SnapshotFailed(Stream, sequence, fault, message);
}
