using RealTimeActors.Actors;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Channels;

/// <summary>What a channel can be asked. Answered by <see cref="ChannelReply"/> with the same tag.</summary>
public abstract record ChannelCommand(ChannelName Channel)
{
    /// <summary>Publish one event, or several as one atomic append. Answered by <see cref="ChannelReply.Published"/> (once accepted, persisted or delivered, as
    /// asked for) or <see cref="ChannelReply.Refused"/>. With <see cref="Confirm.None"/> and <see cref="Confirm.Accepted"/> a
    /// <see cref="ChannelReply.Settled"/> follows when it is on disk or lost.</summary>
    public sealed record Publish(
        ChannelName Channel, IReadOnlyList<Publication> Publications, Confirm Confirm, object? Tag, IActorRef<ChannelReply> ReplyTo) : ChannelCommand(Channel)
    {
        /// <summary>With <see cref="Confirm.Delivered"/>: how many sessions must have acked; 0: all that were online.</summary>
        public long DeliveredCount { get; init; }

        /// <summary>How long to wait for them; zero: the configured default.</summary>
        public TimeSpan DeliveredTimeout { get; init; }

        /// <summary>With <see cref="Confirm.Delivered"/>: whether the receipt is to name who has not acked.</summary>
        public bool DeliveredMissing { get; init; }

        /// <summary>When it arrived, by the time door's <see cref="TimeProvider.GetTimestamp"/>; 0: nobody measures.</summary>
        public long ReceivedAt { get; init; }

        /// <summary>Follows it; null: nobody does.</summary>
        public ITrace? Trace { get; init; }

        /// <summary>What its edges watch, where it asked for <see cref="Confirm.Delivered"/>.</summary>
        internal Watched WatchedAs(IReadOnlyList<ServerFrame.Receipt> receipts, EngineOptions options, long nowUnixMs) =>
            new(receipts[0].Offset, receipts[^1].Offset, DeliveredCount, nowUnixMs + (long)options.DeliveredWait(DeliveredTimeout).TotalMilliseconds);
    }

    /// <summary>Read a page of committed events. Answered by <see cref="ChannelReply.EventsRead"/> or <see cref="ChannelReply.Refused"/>.</summary>
    /// <param name="Channel">Whose log.</param>
    /// <param name="From">Where the page begins. A position with an empty epoch: whatever the epoch.</param>
    /// <param name="Limit">The most events, 1 … 1,000.</param>
    /// <param name="Tag">Comes back with the answer.</param>
    /// <param name="ReplyTo">Who asks.</param>
    public sealed record Read(ChannelName Channel, From From, int Limit, object? Tag, IActorRef<ChannelReply> ReplyTo) : ChannelCommand(Channel)
    {
        /// <summary>A position that retention has taken: false, it is refused (107); true, the page begins at the first event that is left.</summary>
        public bool StartsAtFirst { get; init; }
    }

    /// <summary>Change one entry of the channel's state, by the channel's conflict rules. Answered, once it is durable, by <see cref="ChannelReply.Mutated"/>, or by <see cref="ChannelReply.Refused"/>:
    /// then nothing was changed, unless the code is <see cref="ErrorCode.Timeout"/> (it could not be learnt: ask again with the same mutation id).</summary>
    public sealed record Mutate(ChannelName Channel, Mutation Mutation, object? Tag, IActorRef<ChannelReply> ReplyTo) : ChannelCommand(Channel)
    {
        /// <summary>When it arrived, by the time door's <see cref="TimeProvider.GetTimestamp"/>; 0: nobody measures.</summary>
        public long ReceivedAt { get; init; }
    }

    /// <summary>Read entries of the channel's state, in ordinal order of their keys. Answered by <see cref="ChannelReply.StateRead"/> or <see cref="ChannelReply.Refused"/>.</summary>
    /// <param name="Channel">Whose state.</param>
    /// <param name="Key">Only this entry; null: all.</param>
    /// <param name="At">The state as it was after this offset; null: as it is now.</param>
    /// <param name="AfterKey">Only the entries behind this key, which need not exist; null: from the first on.</param>
    /// <param name="Limit">The most entries, 1 … 1,000.</param>
    /// <param name="Tag">Comes back with the answer.</param>
    /// <param name="ReplyTo">Who asks.</param>
    public sealed record ReadState(ChannelName Channel, string? Key, long? At, string? AfterKey, int Limit, object? Tag, IActorRef<ChannelReply> ReplyTo) : ChannelCommand(Channel)
    {
        /// <summary>The most bytes of keys and values in one answer; the first entry comes whatever it has. Default: what goes into one frame.</summary>
        public int BytesMax { get; init; } = Limits.FrameBytesMax - 4_096;
    }

    /// <summary>Read how one entry came to be: the <c>$state</c> events of its key that are still in the log. Answered by <see cref="ChannelReply.EventsRead"/>, whose page may hold less than the
    /// limit, or nothing, and still not be the last, or by <see cref="ChannelReply.Refused"/>.</summary>
    /// <param name="Channel">Whose log.</param>
    /// <param name="Key">Whose history.</param>
    /// <param name="From">Where the page begins, as in <see cref="Read"/>; what retention has taken is left out.</param>
    /// <param name="Limit">The most events, 1 … 1,000.</param>
    /// <param name="Tag">Comes back with the answer.</param>
    /// <param name="ReplyTo">Who asks.</param>
    public sealed record ReadHistory(ChannelName Channel, string Key, From From, int Limit, object? Tag, IActorRef<ChannelReply> ReplyTo) : ChannelCommand(Channel);

    /// <summary>Answered by <see cref="ChannelReply.Stats"/>.</summary>
    public sealed record ReadStats(ChannelName Channel, object? Tag, IActorRef<ChannelReply> ReplyTo) : ChannelCommand(Channel);

    /// <summary>A subscription begins: find its position, and from now on send every committed event to the edge, once, in this format (null: as it is). Answered by
    /// <see cref="ChannelReply.Joined"/>. <paramref name="Number"/> grows with each word of the edge about any channel: where a shard moves, a word that waited for it, or was passed on, may come after a later one.</summary>
    internal sealed record Join(ChannelName Channel, From From, WireFormat? Format, object? Tag, IActorRef<ChannelReply> Edge, long Number) : ChannelCommand(Channel)
    {
        /// <summary>Mode <c>state</c>: where the log does not go on from the position, the state comes with the answer.</summary>
        internal bool WantsState { get; init; }
    }

    /// <summary>The edge has no subscription in this format any more, unless it has joined by a word of a greater number.</summary>
    internal sealed record Leave(ChannelName Channel, WireFormat? Format, IActorRef<ChannelReply> Edge, long Number) : ChannelCommand(Channel);

    /// <summary>Everybody at the edge who follows the channel does so by a pattern and has been sent everything up to <paramref name="Head"/>: it need not be sent the next run, if the directory
    /// is told of it, and if it has not joined by a word of a greater number. Answered by <see cref="ChannelReply.Rested"/>.</summary>
    internal sealed record Rest(ChannelName Channel, long Head, object Tag, IActorRef<ChannelReply> Edge, long Number) : ChannelCommand(Channel);

    /// <summary>What an edge knows of the sessions that acked events whose publishers want to know: one message for all that moved in a run of it.</summary>
    internal sealed record ReportAcks(ChannelName Channel, IReadOnlyList<AckReport> Reports, IActorRef<ChannelReply> Edge) : ChannelCommand(Channel);

    /// <summary>The directory has told these edges of watched events, because they follow the channel by patterns. Each reports with <see cref="AckStage.Patterns"/>.</summary>
    internal sealed record FollowedByPatterns(ChannelName Channel, IReadOnlyList<long> Offsets, IReadOnlyList<IActorRef> Edges) : ChannelCommand(Channel);

    /// <summary>A session follows an ephemeral channel with <c>offline = keep</c>, for good: what comes while it is away goes into its inbox.</summary>
    /// <param name="Channel">Which channel.</param>
    /// <param name="SessionId">Which session.</param>
    /// <param name="Session">Its actor: while that lives the session is not away. Null: it is not known whether it is there.</param>
    internal sealed record Follow(ChannelName Channel, string SessionId, IActorRef? Session) : ChannelCommand(Channel);

    /// <summary>The session follows no longer.</summary>
    internal sealed record Unfollow(ChannelName Channel, string SessionId) : ChannelCommand(Channel);

    /// <summary>The session, which follows the channel, is away; its cursor is here. What came after it, and what comes, goes into its inbox.</summary>
    internal sealed record Away(ChannelName Channel, string SessionId, string Epoch, long Prefix) : ChannelCommand(Channel);

    /// <summary>The session, which follows the channel, is back; its connection follows the channel itself, while the session's actor lives.</summary>
    internal sealed record Back(ChannelName Channel, string SessionId, IActorRef Session) : ChannelCommand(Channel);
}
