using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.Sqlite.Work;

/// <summary>Something that changes the file, waiting for the writer.</summary>
internal abstract class WriteWork(StreamId stream, IActorRef<JournalReply> replyTo) : IMeasuredWrite
{
    internal StreamId Stream => stream;

    internal Lane Lane { get; set; } = null!;

    /// <summary>Its place among the writes of its stream, from 1.</summary>
    internal long Number { get; set; }

    public bool IsRefused { get; set; }

    public long ToldAt { get; set; }

    public JournalReply Answer { get; set; } = null!;

    public virtual int Bytes => 0;

    /// <summary>The answer when it was certainly not done.</summary>
    internal abstract JournalReply Failed(JournalFault fault, string message);

    /// <summary>The answer when it could not be learnt whether it was done. Only an append makes the difference.</summary>
    internal virtual JournalReply Unknown(string message) => Failed(JournalFault.Unavailable, message);

    internal void Tell() => replyTo.Tell(Answer);
}
