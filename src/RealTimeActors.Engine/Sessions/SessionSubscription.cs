using System.Collections.Immutable;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Sessions;

/// <summary>One channel that a session follows, and its cursor there. Never changes; an ack makes a new one.</summary>
internal sealed record SessionSubscription(ChannelName Channel, SubscriptionOptions Options, bool IsDurable, string Epoch, long Prefix, IReadOnlyList<OffsetRange> Ahead)
{
    /// <summary>Events of an ephemeral channel that came while the session was away, oldest first.</summary>
    internal IReadOnlyList<KeptEvent> Inbox { get; init; } = [];

    /// <summary>Where the inbox ends: what is kept next comes right after it.</summary>
    internal (string Epoch, long Offset) KeptTo => Inbox is [.., var newest] ? (newest.Epoch, newest.Event.Offset) : (Epoch, Prefix);

    /// <summary>Events that the client could not process, by offset: they hold the prefix back until they are resolved.</summary>
    internal ImmutableSortedDictionary<long, NackedEvent> Nacked { get; init; } = ImmutableSortedDictionary<long, NackedEvent>.Empty;

    /// <summary>Whether it came by a pattern: the options are those of the most specific one that means the channel.</summary>
    internal bool IsByPattern { get; init; }

    /// <summary>Mode <c>state</c>: whether the client has not acked the state that it was given at the position yet, so that no change after it is of use to it: when it comes back it is given the state
    /// again.</summary>
    internal bool NeedsSnapshot { get; init; }

    /// <summary>Whether something was acked since the cursor was asked to begin where it did: what lies before a beginning was not acked by that. Not in snapshots: then it is not known, and does not count.</summary>
    internal bool IsAcked { get; init; }

    /// <summary>Whether its client asked to go on where the session had left off, and that had left off nowhere: until something is acked it may not have heard that it begins anew, and is told so again.</summary>
    internal bool BeginsAnew { get; init; }

    /// <summary>The number of the connection's word that it was made by, and whose that was. Only in memory: an earlier word that comes after it is known by that.</summary>
    internal long Number { get; init; }

    internal string? NumberedBy { get; init; }

    /// <summary>What is still nacked when the cursor stands elsewhere. Of another life of the log nothing is.</summary>
    internal ImmutableSortedDictionary<long, NackedEvent> NackedBeyond(string epoch, long prefix, IReadOnlyList<OffsetRange> ahead) =>
        Nacked.IsEmpty ? Nacked
        : epoch != Epoch ? Nacked.Clear()
        : Nacked.RemoveRange(Nacked.Keys.Where(offset => offset <= prefix || ahead.Any(range => range.From <= offset && offset <= range.To)).ToArray());

    /// <summary>Whether the session must be on disk for this subscription's sake.</summary>
    internal bool IsJournaled(bool keepsForOffline) => Options.AckMode != AckMode.None && (IsDurable || keepsForOffline);
}
