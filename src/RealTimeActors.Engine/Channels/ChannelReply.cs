using RealTimeActors.Actors;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Channels;

/// <summary>What a channel answers, and what it tells its edges unasked.</summary>
public abstract record ChannelReply(object? Tag)
{
    /// <summary>One receipt per publication, in order.</summary>
    public sealed record Published(object? Tag, IReadOnlyList<ServerFrame.Receipt> Receipts) : ChannelReply(Tag);

    /// <summary>A publish that wants no further answer (confirm <c>none</c> and <c>accepted</c>) is dealt with: on disk, or lost.</summary>
    public sealed record Settled(object? Tag) : ChannelReply(Tag);

    /// <summary>Nothing was appended.</summary>
    public sealed record Refused(object? Tag, ErrorCode Code, string Message) : ChannelReply(Tag)
    {
        /// <summary>When to try again, where that is known.</summary>
        public TimeSpan? After { get; init; }
    }

    /// <summary>A page of the log.</summary>
    /// <param name="Tag">The asker's.</param>
    /// <param name="Epoch">The present life of the log.</param>
    /// <param name="Events">In order of offset.</param>
    /// <param name="First">The oldest offset that can still be read (head + 1 where nothing can).</param>
    /// <param name="Head">The newest committed offset.</param>
    /// <param name="Next">The offset at which the next page begins; null: the end was reached.</param>
    public sealed record EventsRead(object? Tag, string Epoch, IReadOnlyList<ChannelEvent> Events, long First, long Head, long? Next) : ChannelReply(Tag);

    /// <summary>What became of a mutation. Applied, merged and superseded ones are on disk; a rejected one is in no log.</summary>
    public sealed record Mutated(object? Tag, ServerFrame.Mutated Frame) : ChannelReply(Tag);

    /// <summary>Entries of the state.</summary>
    /// <param name="Tag">The asker's.</param>
    /// <param name="Epoch">The present life of the log.</param>
    /// <param name="Offset">The state is the one after this offset.</param>
    /// <param name="Entries">In ordinal order of their keys; of one key that was asked for, none where it is absent.</param>
    /// <param name="NextKey">The key behind which the next page begins; null: the end was reached.</param>
    public sealed record StateRead(object? Tag, string Epoch, long Offset, IReadOnlyList<Entry> Entries, string? NextKey) : ChannelReply(Tag);

    /// <summary>Where the channel stands.</summary>
    public sealed record Stats(object? Tag, string Epoch, long First, long Head, bool IsDurable, int Edges) : ChannelReply(Tag)
    {
        /// <summary>Entries of its state.</summary>
        public int Entries { get; init; }
    }

    /// <summary>A subscription's position was found; every event after <see cref="StartPosition.Head"/> comes as <see cref="Fanout"/>.</summary>
    internal sealed record Joined(object? Tag, ChannelName Channel, StartPosition Start, bool IsDurable, IActorRef Actor) : ChannelReply(Tag)
    {
        /// <summary>The events between the position and the head, if they are at hand; null: they are read from the log.</summary>
        internal EventRun? Tail { get; init; }

        /// <summary>Mode <c>state</c>: the state at the position, which is the head; null: the changes after the position are what the client needs.</summary>
        internal StateDocument? Snapshot { get; init; }
    }

    /// <summary>Whether the channel rests: the edge is sent nothing more until it joins again. If not, something is on its way to it.</summary>
    internal sealed record Rested(object? Tag, ChannelName Channel, bool IsAtRest) : ChannelReply(Tag);

    /// <summary>A publisher waits no longer for those who ack: nothing more is reported but, where <paramref name="NamesMax"/> is given, the last word with so many names at most.</summary>
    internal sealed record EndWatch(ChannelName Channel, string Epoch, long Offset, int? NamesMax) : ChannelReply((object?)null);

    /// <summary>Events that are committed now: one copy for the whole edge.</summary>
    /// <param name="Channel">Whose.</param>
    /// <param name="Actor">Who sends them: after a shard has moved, what two actors of a channel send may come in any order.</param>
    /// <param name="Run">The events.</param>
    internal sealed record Fanout(ChannelName Channel, IActorRef Actor, EventRun Run) : ChannelReply((object?)null)
    {
        /// <summary>When the channel knew that they are; 0: nobody measures.</summary>
        internal long CommittedAt { get; init; }
    }
}
