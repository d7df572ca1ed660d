using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.Sqlite.Work;

internal sealed class ListWork(string prefix, string after, int limit, IActorRef<JournalReply> replyTo) : ReadWork(new StreamId(prefix), replyTo)
{
    internal override JournalReply Run(Reading.StreamReader reader) => reader.List(prefix, after, limit);

    internal override JournalReply Failed(JournalFault fault, string message) => new JournalReply.ListFailed(prefix, fault, message);
}
