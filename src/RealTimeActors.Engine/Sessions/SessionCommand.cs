using RealTimeActors.Actors;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Sessions;

/// <summary>What a session can be asked.</summary>
internal abstract record SessionCommand(string SessionId)
{
    /// <summary>The connection that says it, of what only the connection that has the session may say.</summary>
    internal ConnectionRef? By => this switch
    {
        Subscribe command => command.Connection,
        Follow command => command.Connection,
        Unfollow command => command.Connection,
        Announce command => command.Connection,
        Forget command => command.Connection,
        ReadCursors command => command.Connection,
        ReadCursor command => command.Connection,
        Unsubscribe command => command.Connection,
        Acknowledge command => command.Connection,
        Nack command => command.Connection,
        RetireFormerKey command => command.Connection,
        End command => command.Connection,
        _ => null,
    };

    /// <summary>A connection says hello. Answered by <see cref="SessionReply.Opened"/> or <see cref="SessionReply.NotOpened"/>.</summary>
    /// <param name="SessionId">Which session.</param>
    /// <param name="PresentedKeyHash">The hash of the key that the client showed; null for a session that is begun now.</param>
    /// <param name="NewKeyHash">The hash of the key that it will be given.</param>
    /// <param name="User">Who the client is; null where nobody is authenticated.</param>
    /// <param name="Connection">The connection that takes the session over.</param>
    internal sealed record Open(string SessionId, ReadOnlyMemory<byte>? PresentedKeyHash, ReadOnlyMemory<byte> NewKeyHash, string? User, ConnectionRef Connection)
        : SessionCommand(SessionId);

    /// <summary>The session's actor is another than the one that the connection was opened with (its shard has moved, its node has failed, or it did): the connection goes on with it. Answered by
    /// <see cref="SessionReply.Attached"/>, or <see cref="SessionReply.TakenOver"/> where somebody else has the session meanwhile; where it goes on with the connection already, not at all.</summary>
    /// <param name="SessionId">Which session.</param>
    /// <param name="KeyHash">The hash of the key that the client was given.</param>
    /// <param name="User">Who the client is.</param>
    /// <param name="Connection">The connection.</param>
    /// <param name="Subscriptions">What it follows and how far it has acked: acks that are not on disk yet are told again, and a session that was in memory only is begun anew with it.</param>
    /// <param name="Patterns">The patterns that it follows.</param>
    internal sealed record Attach(
        string SessionId, ReadOnlyMemory<byte> KeyHash, string? User, ConnectionRef Connection, IReadOnlyList<SessionSubscription> Subscriptions, IReadOnlyList<SessionPattern> Patterns) : SessionCommand(SessionId);

    /// <summary>Follow a channel from a position. Answered by <see cref="SessionReply.Stored"/> once it is durable (where it is to be), or
    /// <see cref="SessionReply.NotStored"/>.</summary>
    internal sealed record Subscribe(string SessionId, ConnectionRef Connection, SessionSubscription Subscription, object? Tag) : SessionCommand(SessionId)
    {
        /// <summary>Grows with each word of the connection's edge: where the session's shard moves, an earlier one may come after a later, and means nothing then.</summary>
        internal required long Number { get; init; }

        /// <summary>Whether it goes on with what was followed otherwise before: the cursor of that is kept, if it is of the same life of the log.</summary>
        internal bool KeepsCursor { get; init; }
    }

    /// <summary>Follow a pattern, or go on following it otherwise. Answered by <see cref="SessionReply.Stored"/> or <see cref="SessionReply.NotStored"/> where there is a tag.</summary>
    internal sealed record Follow(string SessionId, ConnectionRef Connection, SessionPattern Pattern, object? Tag) : SessionCommand(SessionId);

    /// <summary>Follow a pattern no longer. Answered as <see cref="Follow"/> is.</summary>
    internal sealed record Unfollow(string SessionId, ConnectionRef Connection, ChannelPattern Pattern, object? Tag) : SessionCommand(SessionId);

    /// <summary>These channels came by a pattern, and the client goes on from these positions. Answered by <see cref="SessionReply.Stored"/> or <see cref="SessionReply.NotStored"/>.</summary>
    internal sealed record Announce(string SessionId, ConnectionRef Connection, IReadOnlyList<SessionSubscription> Channels, object? Tag) : SessionCommand(SessionId)
    {
        /// <summary>Whether only those count in which the session does not stand anywhere yet.</summary>
        internal bool IsWhereNone { get; init; }
    }

    /// <summary>The cursors of these channels, which came by a pattern, are not needed any more.</summary>
    internal sealed record Forget(string SessionId, ConnectionRef Connection, IReadOnlyList<ChannelName> Channels) : SessionCommand(SessionId);

    /// <summary>Where does the session stand in the channels that came by patterns? Answered by <see cref="SessionReply.CursorsRead"/>.</summary>
    internal sealed record ReadCursors(string SessionId, ConnectionRef Connection, object? Tag) : SessionCommand(SessionId);

    /// <summary>Where does the session stand in a channel? Answered by <see cref="SessionReply.CursorRead"/>.</summary>
    internal sealed record ReadCursor(string SessionId, ConnectionRef Connection, ChannelName Channel, object? Tag) : SessionCommand(SessionId);

    /// <summary>Follow a channel no longer. Answered as <see cref="Subscribe"/> is.</summary>
    internal sealed record Unsubscribe(string SessionId, ConnectionRef Connection, ChannelName Channel, object? Tag) : SessionCommand(SessionId)
    {
        /// <summary>As that of <see cref="Subscribe"/>.</summary>
        internal required long Number { get; init; }
    }

    /// <summary>The client has dealt with everything up to the prefix, and with these ranges.</summary>
    internal sealed record Acknowledge(
        string SessionId, ConnectionRef Connection, ChannelName Channel, string Epoch, long Prefix, IReadOnlyList<OffsetRange> Ahead) : SessionCommand(SessionId)
    {
        /// <summary>What publishers wait for of it, and the connection's edge has told them: whoever else counted the session with these is not to.</summary>
        internal IReadOnlyList<AwaitedAck> Counted { get; init; } = [];

        /// <summary>As of which offset the connection gave the client a state; 0: it did not. An ack of less is of what the client had before.</summary>
        internal long StateAt { get; init; }
    }

    /// <summary>The client could not process an event. With <paramref name="IsFinal"/> there is no use in trying again.</summary>
    internal sealed record Nack(string SessionId, ConnectionRef Connection, ChannelName Channel, string Epoch, long Offset, string? Reason, bool IsFinal) : SessionCommand(SessionId);

    /// <summary>The connection has ended while publishers waited for the session's acks: what it acks of these elsewhere is told by <see cref="SessionReply.AckHeard"/>.</summary>
    internal sealed record AwaitAcks(string SessionId, ConnectionRef Connection, ChannelName Channel, IReadOnlyList<AwaitedAck> Acks) : SessionCommand(SessionId)
    {
        /// <summary>What publishers were told by the connection's edge that the session acked of, where it was taken over: the word of it may have been lost with the link between their nodes.</summary>
        internal IReadOnlyList<AwaitedAck> Counted { get; init; } = [];
    }

    /// <summary>The first frame came from the connection that was given the new key: the former one is retired.</summary>
    internal sealed record RetireFormerKey(string SessionId, ConnectionRef Connection) : SessionCommand(SessionId);

    /// <summary>The connection has ended; the session waits for the next.</summary>
    internal sealed record Detach(string SessionId, ConnectionRef Connection) : SessionCommand(SessionId)
    {
        /// <summary>Where it was present, and has not left: the next connection goes on so, if it comes within the grace time.</summary>
        internal IReadOnlyList<HeldPresence> Present { get; init; } = [];
    }

    /// <summary>The client is done with the session.</summary>
    internal sealed record End(string SessionId, ConnectionRef Connection) : SessionCommand(SessionId);

    /// <summary>Events of an ephemeral channel, for the inbox of a session that is away. None: it is not known whether it is; where it is, it says from where on it wants them.</summary>
    internal sealed record KeepEvents(string SessionId, ChannelName Channel, string Epoch, IReadOnlyList<ChannelEvent> Events) : SessionCommand(SessionId)
    {
        /// <summary>Whether it is all that the channel still has after the place where the session said that it stands: what is missing before it is gone.</summary>
        internal bool IsAll { get; init; }
    }

    /// <summary>How does the session stand? Changes nothing. Answered by <see cref="SessionReport"/>.</summary>
    internal sealed record Inspect(string SessionId, object? Tag, IActorRef<SessionReport> ReplyTo) : SessionCommand(SessionId)
    {
        /// <summary>Tell of this channel only; null: of all, but of those that came by patterns no more than <see cref="SessionReport.ByPatternMax"/>.</summary>
        internal ChannelName? Channel { get; init; }
    }

    /// <summary>An administrator ends the session, whoever has it. Answered by <see cref="SessionTerminated"/> when it is gone, from the disk too.</summary>
    internal sealed record Terminate(string SessionId, IActorRef<SessionTerminated> ReplyTo) : SessionCommand(SessionId);

    /// <summary>Go, if you have not been used for longer than sessions are kept.</summary>
    internal sealed record ExpireIfOld(string SessionId) : SessionCommand(SessionId);
}
