using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.PostgreSql.Reading;

namespace RealTimeActors.Persistence.PostgreSql.Work;

internal sealed class ListWork(string prefix, string after, int limit, IActorRef<JournalReply> replyTo) : ReadWork(new StreamId(prefix), replyTo)
{
    internal override Task<JournalReply> RunAsync(StreamLook look) => look.ListAsync(prefix, after, limit);

    internal override JournalReply Failed(JournalFault fault, string message) => new JournalReply.ListFailed(prefix, fault, message);
}
