using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

/// <summary>A subscribe or unsubscribe on its way to the channel and to the session, and whom it answers.</summary>
/// <param name="Id">The client frame's id; 0: nobody waits.</param>
/// <param name="Options">What was asked for; null for an unsubscribe.</param>
internal sealed record Request(long Id, SubscriptionOptions? Options)
{
    /// <summary>The session's subscription that this goes on with, where it does.</summary>
    internal SessionSubscription? Resumed { get; init; }

    /// <summary>Whether the channel actor was replaced under a living subscription.</summary>
    internal bool IsRejoin { get; init; }

    /// <summary>Whether it began with the right to read what was published before.</summary>
    internal bool NeedsHistory { get; init; }

    internal Subscription? Subscription { get; init; }

    /// <summary>The pattern that the channel is followed by; null: by its own name.</summary>
    internal Following? By { get; init; }

    /// <summary>The pattern whose answer, or whose next page, waits for this.</summary>
    internal Following? Awaits { get; init; }

    /// <summary>Whether the session stands there already, or need not: it is not told, unless the channel has another position than was thought.</summary>
    internal bool KnowsCursor { get; init; }

    /// <summary>Whether the client has not followed the channel before: there is nothing to be recovered.</summary>
    internal bool IsFresh { get; init; }

    /// <summary>Whether it was to go on where the session had left off, and that had left off nowhere: as <see cref="SessionSubscription.BeginsAnew"/>.</summary>
    internal bool BeginsAnew { get; init; }

    /// <summary>Whether an exact subscription goes on where a pattern was.</summary>
    internal bool IsTakeOver { get; init; }

    /// <summary>Whether the session's cursor stays where it is: what was sent is not acked yet.</summary>
    internal bool KeepsCursor { get; init; }

    /// <summary>The subscription that it goes on with, where there is one on this connection.</summary>
    internal Subscription? Former { get; init; }

    /// <summary>What was sent beyond the position.</summary>
    internal IReadOnlyList<OffsetRange>? Ahead { get; init; }

    /// <summary>Follows it; null: nobody does.</summary>
    internal ITrace? Trace { get; init; }

    /// <summary>What the channel answered.</summary>
    internal StartPosition? Start { get; set; }
}
