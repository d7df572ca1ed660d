using System.Collections.Immutable;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Sessions;

/// <summary>What a session follows and how far it has read, and how each event moves that. Pure: no clock, no I/O, no refs.</summary>
internal sealed partial record SessionState
{
    /// <summary>Keys that were given out, not seen and stay good beside the newest; beyond it the later ones do not: they went to somebody who shows the former key again and again.</summary>
    internal const int UnseenKeysMax = 8;

    /// <summary>Events of one channel that an inbox holds; beyond it the oldest go, and the client is told of the gap.</summary>
    internal const int InboxEventsMax = 1_000;

    internal static SessionState New { get; } = new();

    internal string? User { get; private init; }

    /// <summary>SHA-256 of the key that the client was given last; empty for a session that does not exist.</summary>
    internal ReadOnlyMemory<byte> KeyHash { get; private init; }

    /// <summary>SHA-256 of the key before it, while the new one has not been used; empty otherwise.</summary>
    internal ReadOnlyMemory<byte> FormerKeyHash { get; private init; }

    /// <summary>SHA-256 of keys that were given out before the former one was shown once more, the oldest first. Who was given one may have used it, and the retirement of the former one got lost: he is not
    /// to be shut out by somebody who comes with an older key, however often that one comes. Empty otherwise.</summary>
    internal ImmutableList<ReadOnlyMemory<byte>> UnseenKeyHashes { get; private init; } = [];

    /// <summary>When a connection last came or went.</summary>
    internal long SeenUnixMs { get; private init; }

    /// <summary>By channel name, so that their order is the same everywhere.</summary>
    internal ImmutableSortedDictionary<ChannelName, SessionSubscription> Subscriptions { get; private init; } =
        ImmutableSortedDictionary<ChannelName, SessionSubscription>.Empty;

    internal bool Exists => !KeyHash.IsEmpty;

    internal SessionState Apply(SessionEvent @event) => @event switch
    {
        SessionEvent.Begun begun => this with { User = begun.User, KeyHash = begun.KeyHash, FormerKeyHash = begun.FormerKeyHash, UnseenKeyHashes = [], SeenUnixMs = begun.TimeUnixMs },
        SessionEvent.Opened opened => this with { KeyHash = opened.KeyHash, FormerKeyHash = opened.FormerKeyHash, UnseenKeyHashes = UnseenAfter(opened.FormerKeyHash), SeenUnixMs = opened.TimeUnixMs },
        SessionEvent.FormerKeyRetired => this with { FormerKeyHash = default, UnseenKeyHashes = [] },
        SessionEvent.Subscribed(var subscription) => this with { Subscriptions = Subscriptions.SetItem(subscription.Channel, WithNacked(subscription)) },
        SessionEvent.Unsubscribed(var channel) => Unsubscribe(channel),
        SessionEvent.Acknowledged acknowledged => Move(acknowledged),
        SessionEvent.Detached(var time) => this with { SeenUnixMs = time },
        SessionEvent.Kept kept => Keep(kept),
        SessionEvent.Followed(var pattern) => Follow(pattern),
        SessionEvent.Unfollowed(var pattern) => Unfollow(pattern),
        SessionEvent.Announced(var channels) => this with { Subscriptions = Announce(channels) },
        SessionEvent.Nacked nacked => Nack(nacked),
        SessionEvent.Forgotten(var channels) => this with { Subscriptions = Subscriptions.RemoveRange(channels.Where(IsByPattern)) },
        _ => throw new InvalidOperationException($"The journal holds an event this version does not know: {@event}."),
    };

    /// <summary>Which keys are out and were not seen, once this one has been shown.</summary>
    private ImmutableList<ReadOnlyMemory<byte>> UnseenAfter(ReadOnlyMemory<byte> shown)
    {
        if (shown.IsEmpty || shown.Span.SequenceEqual(KeyHash.Span))
            return [];

        var unseen = UnseenKeyHashes.RemoveAll(key => key.Span.SequenceEqual(shown.Span));
        return unseen.Count < UnseenKeysMax ? unseen.Add(KeyHash) : unseen;
    }

    private SessionState Move(SessionEvent.Acknowledged acknowledged) => With(
        acknowledged.Channel,
        subscription => subscription with
        {
            Epoch = acknowledged.Epoch,
            Prefix = acknowledged.Prefix,
            Ahead = acknowledged.Ahead,
            NeedsSnapshot = false,
            IsAcked = true,
            Nacked = subscription.NackedBeyond(acknowledged.Epoch, acknowledged.Prefix, acknowledged.Ahead),

            // What the client has dealt with leaves the inbox; what is of another epoch than it acks now lies behind it.
            Inbox = [.. subscription.Inbox.Where(kept => kept.Epoch == acknowledged.Epoch && kept.Event.Offset > acknowledged.Prefix)],
        });

    /// <summary>A subscription that is made anew, perhaps from elsewhere: what the client could not process is so all the same.</summary>
    private SessionSubscription WithNacked(SessionSubscription subscription) =>
        Subscriptions.TryGetValue(subscription.Channel, out var known) && !known.Nacked.IsEmpty
            ? subscription with { Nacked = known.NackedBeyond(subscription.Epoch, subscription.Prefix, subscription.Ahead) }
            : subscription;

    private SessionState Nack(SessionEvent.Nacked nacked) => With(
        nacked.Channel,
        subscription => subscription.Epoch != nacked.Epoch
            ? subscription
            : subscription with { Nacked = subscription.Nacked.SetItems(nacked.Events.Select(e => KeyValuePair.Create(e.Offset, e))) });

    private SessionState Keep(SessionEvent.Kept kept) => With(kept.Channel, subscription =>
    {
        // The same events can come twice: out of the memory of the channel, and as they were distributed.
        var (epoch, offset) = subscription.Inbox is [.., var newest] ? (newest.Epoch, newest.Event.Offset) : (subscription.Epoch, subscription.Prefix);
        var fresh = kept.Events.Where(e => kept.Epoch != epoch || e.Offset > offset).Select(e => new KeptEvent(kept.Epoch, e));
        KeptEvent[] inbox = [.. subscription.Inbox, .. fresh];
        return subscription with { Inbox = inbox[Math.Max(0, inbox.Length - InboxEventsMax)..] };
    });

    private SessionState With(ChannelName channel, Func<SessionSubscription, SessionSubscription> change) =>
        Subscriptions.TryGetValue(channel, out var subscription)
            ? this with { Subscriptions = Subscriptions.SetItem(channel, change(subscription)) }
            : this;
}
