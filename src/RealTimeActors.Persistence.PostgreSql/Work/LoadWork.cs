using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.PostgreSql.Reading;

namespace RealTimeActors.Persistence.PostgreSql.Work;

internal sealed class LoadWork(StreamId stream, IActorRef<JournalReply> replyTo) : ReadWork(stream, replyTo)
{
    internal override Task<JournalReply> RunAsync(StreamLook look) => look.LoadAsync(Stream);

    internal override JournalReply Clamp(JournalReply reply) =>
        reply is JournalReply.Loaded loaded && loaded.Last > EndMax
            ? loaded with
            {
                Snapshot = loaded.Snapshot?.Sequence > EndMax ? null : loaded.Snapshot,
                Trim = Math.Min(loaded.Trim, EndMax),
                Last = EndMax,
            }
            : reply;

    internal override JournalReply Failed(JournalFault fault, string message) => new JournalReply.ReadFailed(Stream, fault, message, null);
}
