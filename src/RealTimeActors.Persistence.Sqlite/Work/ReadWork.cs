using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.Sqlite.Work;

/// <summary>Something that looks at the file, waiting for a reader.</summary>
internal abstract class ReadWork(StreamId stream, IActorRef<JournalReply> replyTo)
{
    internal StreamId Stream => stream;

    /// <summary>Null for a list, which is about no single stream.</summary>
    internal Lane? Lane { get; set; }

    /// <summary>It waits until so many writes of its stream are done.</summary>
    internal long After { get; set; }

    /// <summary>Its place among the reads that do not know their end yet.</summary>
    internal LinkedListNode<ReadWork>? OpenNode { get; set; }

    /// <summary>Where the stream ended when the first write called after this read was carried out: nothing beyond it is shown.</summary>
    internal long EndMax { get; set; } = long.MaxValue;

    /// <summary>Looks. Called on a reader's thread.</summary>
    internal abstract JournalReply Run(Reading.StreamReader reader);

    /// <summary>Leaves out what a later write brought.</summary>
    internal virtual JournalReply Clamp(JournalReply reply) => reply;

    internal abstract JournalReply Failed(JournalFault fault, string message);

    internal void Tell(JournalReply reply) => replyTo.Tell(reply);
}
