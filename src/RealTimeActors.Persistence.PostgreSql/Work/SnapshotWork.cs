using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;

namespace RealTimeActors.Persistence.PostgreSql.Work;

internal sealed class SnapshotWork(StreamId stream, Fence fence, long sequence, ReadOnlyMemory<byte> payload, IActorRef<JournalReply> replyTo) : WriteWork(stream, fence, replyTo)
{
    internal long Sequence => sequence;

    internal ReadOnlyMemory<byte> Payload => payload;

    public override int Bytes => payload.Length;

    internal override JournalReply Failed(JournalFault fault, string message) => new JournalReply.SnapshotFailed(Stream, sequence, fault, message);
}
