using RealTimeActors.Actors;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.DeadLetters;

/// <summary>What can be asked about the dead letters of a channel.</summary>
/// <param name="Channel">The channel whose events were given up, not that of the letters.</param>
public abstract record ReplayCommand(ChannelName Channel)
{
    /// <summary>Publish letters to their channel again, each once at most in its life. Answered by <see cref="ReplayReply"/>.</summary>
    /// <param name="Channel">Whose letters.</param>
    /// <param name="Offset">This letter only; null: all.</param>
    /// <param name="Tag">Comes back with the answer.</param>
    /// <param name="ReplyTo">Who asks.</param>
    public sealed record Replay(ChannelName Channel, long? Offset, object? Tag, IActorRef<ReplayReply> ReplyTo) : ReplayCommand(Channel)
    {
        /// <summary>With all: those after this offset. An answer that did not come to the end says where to go on.</summary>
        public long After { get; init; }

        /// <summary>With all: those up to this offset; null: up to the newest there is when it is asked. Letters that arise meanwhile are never among them.</summary>
        public long? UpTo { get; init; }
    }
}
