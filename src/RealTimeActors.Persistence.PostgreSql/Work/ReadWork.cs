using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.PostgreSql.Reading;

namespace RealTimeActors.Persistence.PostgreSql.Work;

/// <summary>Something that looks at the database, waiting for a reader.</summary>
internal abstract class ReadWork(StreamId stream, IActorRef<JournalReply> replyTo)
{
    internal StreamId Stream => stream;

    /// <summary>Null for a list, which is about no single stream.</summary>
    internal StreamTraffic? Traffic { get; set; }

    /// <summary>It waits until so many writes of its stream are done.</summary>
    internal long After { get; set; }

    internal bool HasBegun { get; set; }

    /// <summary>What was seen; null: nobody has looked yet.</summary>
    internal JournalReply? Reply { get; set; }

    /// <summary>Writes up to this one may show in what was seen: it is told when it is known what came of them.</summary>
    internal long MayShow { get; set; }

    /// <summary>Where the stream ended when the first write called after this read was carried out: nothing beyond it is shown.</summary>
    internal long EndMax { get; set; } = long.MaxValue;

    internal abstract Task<JournalReply> RunAsync(StreamLook look);

    /// <summary>Leaves out what a later write brought.</summary>
    internal virtual JournalReply Clamp(JournalReply reply) => reply;

    internal abstract JournalReply Failed(JournalFault fault, string message);

    internal void Tell() => replyTo.Tell(Clamp(Reply!));
}
