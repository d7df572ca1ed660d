using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Engine.Telemetry;

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

    /// <summary>Follows it; null: nobody does.</summary>
    internal ITrace? Trace { get; init; }

    /// <summary>What the channel answered.</summary>
    internal StartPosition? Start { get; set; }
}
