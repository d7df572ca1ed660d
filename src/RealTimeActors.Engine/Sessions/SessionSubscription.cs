using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Sessions;

/// <summary>One channel that a session follows, and its cursor there. Never changes; an ack makes a new one.</summary>
internal sealed record SessionSubscription(ChannelName Channel, SubscriptionOptions Options, bool IsDurable, string Epoch, long Prefix, IReadOnlyList<OffsetRange> Ahead)
{
    /// <summary>Events of an ephemeral channel that came while the session was away, oldest first.</summary>
    internal IReadOnlyList<KeptEvent> Inbox { get; init; } = [];

    /// <summary>Whether it came by a pattern: the options are those of the most specific one that means the channel.</summary>
    internal bool IsByPattern { get; init; }

    /// <summary>Mode <c>state</c>: whether the client has not acked the state that it was given at the position yet, so that no change after it is of use to it: when it comes back it is given the state
    /// again.</summary>
    internal bool NeedsSnapshot { get; init; }

    /// <summary>Whether the session must be on disk for this subscription's sake.</summary>
    internal bool IsJournaled(bool keepsForOffline) => Options.AckMode != AckMode.None && (IsDurable || keepsForOffline);
}
