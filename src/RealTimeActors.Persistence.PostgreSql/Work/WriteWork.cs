using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;

namespace RealTimeActors.Persistence.PostgreSql.Work;

/// <summary>Something that changes a stream, waiting for its writer.</summary>
internal abstract class WriteWork(StreamId stream, Fence fence, IActorRef<JournalReply> replyTo) : IMeasuredWrite
{
    internal StreamId Stream => stream;

    /// <summary>What it is written under.</summary>
    internal Fence Fence => fence;

    internal StreamTraffic Traffic { get; set; } = null!;

    /// <summary>Its place among the writes of its stream, from 1.</summary>
    internal long Number { get; set; }

    public bool IsRefused { get; set; }

    public long ToldAt { get; set; }

    public JournalReply Answer { get; set; } = null!;

    public virtual int Bytes => 0;

    /// <summary>Where the stream ended before this write moved its end, once it was carried out; null: it did not move it.</summary>
    internal virtual long? EndBefore => null;

    /// <summary>The answer when it was certainly not done.</summary>
    internal abstract JournalReply Failed(JournalFault fault, string message);

    /// <summary>The answer when it could not be learnt whether it was done. Only an append makes the difference.</summary>
    internal virtual JournalReply Unknown(string message) => Failed(JournalFault.Unavailable, message);

    internal void Tell() => replyTo.Tell(Answer);
}
