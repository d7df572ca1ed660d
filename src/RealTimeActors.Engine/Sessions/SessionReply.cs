using RealTimeActors.Engine.Presence;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Sessions;

/// <summary>What a session answers to the edge, for one of its connections.</summary>
internal abstract record SessionReply(string ConnectionId)
{
    /// <summary>The connection has the session now. Where it has ended, and that was said before its hello came here, it is said again.</summary>
    /// <param name="ConnectionId">Which connection.</param>
    /// <param name="SessionId">Which session.</param>
    /// <param name="IsResumed">Whether the session was there before.</param>
    /// <param name="Subscriptions">What it follows, and from where each goes on.</param>
    internal sealed record Opened(string ConnectionId, string SessionId, bool IsResumed, IReadOnlyList<SessionSubscription> Subscriptions) : SessionReply(ConnectionId)
    {
        /// <summary>The patterns that it follows, the most specific first.</summary>
        internal IReadOnlyList<SessionPattern> Patterns { get; init; } = [];

        /// <summary>Where it was present on the connection before, if that ended within the grace time.</summary>
        internal IReadOnlyList<HeldPresence> Present { get; init; } = [];
    }

    /// <summary>The connection that this one took the session over from has ended, and was present there.</summary>
    internal sealed record PresenceHandedOver(string ConnectionId, IReadOnlyList<HeldPresence> Present) : SessionReply(ConnectionId);

    /// <summary>The session cannot be resumed: <c>unknown</c> (another user's, too) or <c>expired</c>; null: not just now.</summary>
    internal sealed record NotOpened(string ConnectionId, string? Reason) : SessionReply(ConnectionId);

    /// <summary>What the session follows there, and how far it has read; null: nothing.</summary>
    internal sealed record CursorRead(string ConnectionId, SessionSubscription? Subscription, object? Tag) : SessionReply(ConnectionId);

    /// <summary>Where it stands in the channels that came by patterns, in the order of their names.</summary>
    internal sealed record CursorsRead(string ConnectionId, IReadOnlyList<SessionSubscription> Channels, object? Tag) : SessionReply(ConnectionId);

    internal sealed record Stored(string ConnectionId, object? Tag) : SessionReply(ConnectionId)
    {
        /// <summary>Of a subscription: what the client could not process, and is delivered again by the session.</summary>
        internal IReadOnlyList<NackedEvent> Nacked { get; init; } = [];
    }

    /// <summary>Deliver this event again, for the <paramref name="Attempt"/>th time.</summary>
    /// <param name="ConnectionId">The connection that has the session.</param>
    /// <param name="Channel">Whose event.</param>
    /// <param name="Epoch">The life of the log.</param>
    /// <param name="Offset">Which.</param>
    /// <param name="Attempt">2, 3 …</param>
    /// <param name="Event">The event, where the session has it in its inbox; null: the channel has it.</param>
    internal sealed record Redeliver(string ConnectionId, ChannelName Channel, string Epoch, long Offset, int Attempt, ChannelEvent? Event) : SessionReply(ConnectionId);

    /// <summary>The session has given up on an event: it is with the dead letters, and counts as acked.</summary>
    internal sealed record GaveUp(string ConnectionId, ChannelName Channel, string Epoch, long Offset) : SessionReply(ConnectionId);

    /// <summary>The session has no room for one more nacked event: it is to be told again when others are resolved.</summary>
    internal sealed record NackLater(string ConnectionId, ChannelName Channel, string Epoch, long Offset, string? Reason) : SessionReply(ConnectionId);

    /// <summary>The session has acked what a publisher waits for, on another connection than that by which it was counted.</summary>
    internal sealed record AckHeard(string ConnectionId, ChannelName Channel, string Epoch, string SessionId, OffsetRange Range) : SessionReply(ConnectionId)
    {
        /// <summary>Whether another edge had the session, too, when the events were committed, and has told the publisher: here it is not counted any more.</summary>
        internal bool IsCountedElsewhere { get; init; }
    }

    internal sealed record NotStored(string ConnectionId, object? Tag, string Message) : SessionReply(ConnectionId);

    /// <summary>The session knows that the connection has ended, and its cursors are on disk as far as they can be.</summary>
    internal sealed record Detached(string ConnectionId) : SessionReply(ConnectionId);

    /// <summary>An administrator ended the session.</summary>
    internal sealed record Ended(string ConnectionId) : SessionReply(ConnectionId);

    /// <summary>The session's actor does not know the connection: it is to attach (<see cref="SessionCommand.Attach"/>). What it asked is kept until then.</summary>
    internal sealed record AttachAnew(string ConnectionId) : SessionReply(ConnectionId);

    /// <summary>The session goes on with the connection. Where that has ended, and it was said before it attached here, it is said again: nobody else would.</summary>
    internal sealed record Attached(string ConnectionId, string SessionId) : SessionReply(ConnectionId);

    /// <summary>Another connection has the session now.</summary>
    internal sealed record TakenOver(string ConnectionId) : SessionReply(ConnectionId);
}
