using System.Collections.Immutable;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Sessions;

/// <summary>What a session follows and how far it has read, and how each event moves that. Pure: no clock, no I/O, no refs.</summary>
internal sealed partial record SessionState
{
    /// <summary>Keys that stay good beside the newest and the one before it; beyond it the later ones do not: they went to somebody who shows an older one again and again.</summary>
    internal const int OtherKeysMax = 8;

    /// <summary>Events of one channel that an inbox holds; beyond it the oldest go, and the client is told of the gap.</summary>
    internal const int InboxEventsMax = 1_000;

    internal static SessionState New { get; } = new();

    internal string? User { get; private init; }

    /// <summary>SHA-256 of the key that the client was given last; empty for a session that does not exist.</summary>
    internal ReadOnlyMemory<byte> KeyHash { get; private init; }

    /// <summary>SHA-256 of the key before it, while the new one has not been used; empty otherwise.</summary>
    internal ReadOnlyMemory<byte> FormerKeyHash { get; private init; }

    /// <summary>SHA-256 of all other keys that were good since a connection of the session last said something, the oldest first. Who was given one may have used it, and the retirement of those before it
    /// got lost: he is not to be shut out by somebody who comes with an older key, however often that one comes. And what shows the newest key may be a way that has not handed it to its client yet:
    /// with that way gone, the client still has the one before. Empty otherwise.</summary>
    internal ImmutableList<ReadOnlyMemory<byte>> OtherKeyHashes { get; private init; } = [];

    /// <summary>When a connection last came or went.</summary>
    internal long SeenUnixMs { get; private init; }

    /// <summary>Whether it is known that no connection has the session. That a connection ended with its node is not: what is known then is that one came.</summary>
    internal bool IsAway { get; private init; }

    /// <summary>By channel name, so that their order is the same everywhere.</summary>
    internal ImmutableSortedDictionary<ChannelName, SessionSubscription> Subscriptions { get; private init; } =
        ImmutableSortedDictionary<ChannelName, SessionSubscription>.Empty;

    internal bool Exists => !KeyHash.IsEmpty;

    internal SessionState Apply(SessionEvent @event) => @event switch
    {
        SessionEvent.Begun begun => this with { User = begun.User, KeyHash = begun.KeyHash, FormerKeyHash = begun.FormerKeyHash, OtherKeyHashes = [], SeenUnixMs = begun.TimeUnixMs, IsAway = false },
        SessionEvent.Opened opened => this with { KeyHash = opened.KeyHash, FormerKeyHash = opened.FormerKeyHash, OtherKeyHashes = OthersAfter(opened), SeenUnixMs = opened.TimeUnixMs, IsAway = false },
        SessionEvent.FormerKeyRetired => this with { FormerKeyHash = default, OtherKeyHashes = [] },
        SessionEvent.Subscribed(var subscription) => this with { Subscriptions = Subscriptions.SetItem(subscription.Channel, WithNacked(subscription)) },
        SessionEvent.Unsubscribed(var channel) => Unsubscribe(channel),
        SessionEvent.Acknowledged acknowledged => Move(acknowledged),
        SessionEvent.Detached(var time) => this with { SeenUnixMs = time, IsAway = true },
        SessionEvent.Attached(var time) => this with { SeenUnixMs = time, IsAway = false },
        SessionEvent.Kept kept => Keep(kept),
        SessionEvent.Followed(var pattern) => Follow(pattern),
        SessionEvent.Unfollowed(var pattern) => Unfollow(pattern),
        SessionEvent.Announced(var channels) => this with { Subscriptions = Announce(channels) },
        SessionEvent.Nacked nacked => Nack(nacked),
        SessionEvent.Forgotten(var channels) => this with { Subscriptions = Subscriptions.RemoveRange(channels.Where(IsByPattern)) },
        _ => throw new InvalidOperationException($"The journal holds an event this version does not know: {@event}."),
    };

    /// <summary>Which keys are good beside the new one and the one that was shown for it.</summary>
    private ImmutableList<ReadOnlyMemory<byte>> OthersAfter(SessionEvent.Opened opened)
    {
        if (opened.FormerKeyHash.IsEmpty)
            return [];

        var others = OtherKeyHashes;
        foreach (var key in new[] { FormerKeyHash, KeyHash })
        {
            if (!key.IsEmpty && others.Count <= OtherKeysMax)
                others = others.Add(key);
        }

        others = others.RemoveAll(key => key.Span.SequenceEqual(opened.FormerKeyHash.Span));
        return others.Count > OtherKeysMax ? others.GetRange(0, OtherKeysMax) : others;
    }

    private SessionState Move(SessionEvent.Acknowledged acknowledged) => With(
        acknowledged.Channel,
        subscription => subscription with
        {
            Epoch = acknowledged.Epoch,
            Prefix = acknowledged.Prefix,
            Ahead = acknowledged.Ahead,
            NeedsSnapshot = false,
            BeginsAnew = false,
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
        var (epoch, offset) = subscription.KeptTo;
        var fresh = kept.Events.Where(e => kept.Epoch != epoch || e.Offset > offset).Select(e => new KeptEvent(kept.Epoch, e));
        KeptEvent[] inbox = [.. subscription.Inbox, .. fresh];
        return subscription with { Inbox = inbox[Math.Max(0, inbox.Length - InboxEventsMax)..] };
    });

    private SessionState With(ChannelName channel, Func<SessionSubscription, SessionSubscription> change) =>
        Subscriptions.TryGetValue(channel, out var subscription)
            ? this with { Subscriptions = Subscriptions.SetItem(channel, change(subscription)) }
            : this;
}
