using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.PostgreSql.Reading;

namespace RealTimeActors.Persistence.PostgreSql.Work;

internal sealed class RowsWork(StreamId stream, long from, int entriesMax, int bytesMax, object? tag, IActorRef<JournalReply> replyTo) : ReadWork(stream, replyTo)
{
    internal override Task<JournalReply> RunAsync(StreamLook look) => look.ReadAsync(Stream, from, entriesMax, bytesMax, tag);

    internal override JournalReply Clamp(JournalReply reply) =>
        reply is JournalReply.RowsRead read && read.Last > EndMax
            ? read with { Rows = [.. read.Rows.Where(row => row.Last <= EndMax)], Trim = Math.Min(read.Trim, EndMax), Last = EndMax }
            : reply;

    internal override JournalReply Failed(JournalFault fault, string message) => new JournalReply.ReadFailed(Stream, fault, message, tag);
}
