using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Sessions;

/// <summary>What happened to a session. Journaled: add new events freely, never change an old one.</summary>
internal abstract record SessionEvent
{
    private SessionEvent() { }

    /// <summary>The session is kept from now on; this is how far it had come.</summary>
    internal sealed record Begun(string? User, ReadOnlyMemory<byte> KeyHash, ReadOnlyMemory<byte> FormerKeyHash, long TimeUnixMs) : SessionEvent;

    /// <summary>A connection was given a new key; the one it showed stays good until the new one was used.</summary>
    internal sealed record Opened(ReadOnlyMemory<byte> KeyHash, ReadOnlyMemory<byte> FormerKeyHash, long TimeUnixMs) : SessionEvent;

    internal sealed record FormerKeyRetired : SessionEvent;

    internal sealed record Subscribed(SessionSubscription Subscription) : SessionEvent;

    internal sealed record Unsubscribed(ChannelName Channel) : SessionEvent;

    internal sealed record Acknowledged(ChannelName Channel, string Epoch, long Prefix, IReadOnlyList<OffsetRange> Ahead) : SessionEvent;

    /// <summary>No connection has the session any more.</summary>
    internal sealed record Detached(long TimeUnixMs) : SessionEvent;

    /// <summary>A connection has the session after all: it was taken for away while nobody could hear of that.</summary>
    internal sealed record Attached(long TimeUnixMs) : SessionEvent;

    /// <summary>Events of an ephemeral channel were put into the inbox.</summary>
    internal sealed record Kept(ChannelName Channel, string Epoch, IReadOnlyList<ChannelEvent> Events) : SessionEvent;

    /// <summary>The session follows a pattern, or follows it otherwise than before.</summary>
    internal sealed record Followed(SessionPattern Pattern) : SessionEvent;

    /// <summary>The session follows a pattern no longer; the cursors of channels that no other means go with it.</summary>
    internal sealed record Unfollowed(ChannelPattern Pattern) : SessionEvent;

    /// <summary>Channels that the session's patterns mean, and where it stands there. Their options are those of the patterns.</summary>
    internal sealed record Announced(IReadOnlyList<SessionSubscription> Channels) : SessionEvent;

    /// <summary>This is how events stand now that the client could not process.</summary>
    internal sealed record Nacked(ChannelName Channel, string Epoch, IReadOnlyList<NackedEvent> Events) : SessionEvent;

    /// <summary>Cursors of channels that came by a pattern are not needed any more.</summary>
    internal sealed record Forgotten(IReadOnlyList<ChannelName> Channels) : SessionEvent;
}
