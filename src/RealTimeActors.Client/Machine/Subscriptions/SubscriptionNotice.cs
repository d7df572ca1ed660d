using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine.Subscriptions;

/// <summary>What an application should know of a subscription besides its events.</summary>
public abstract record SubscriptionNotice
{
    private SubscriptionNotice() { }

    /// <summary>The channel that it is about: for a pattern one of its channels, or the pattern itself.</summary>
    public string Channel { get; init; } = "";

    /// <summary>The server has taken it up, for the first time or again. The events after <paramref name="Offset"/> follow.</summary>
    /// <param name="Epoch">The life of the log.</param>
    /// <param name="Offset">What is before or at this offset is known already, or was not asked for.</param>
    /// <param name="Head">The newest offset at that time: what is up to it is replay.</param>
    /// <param name="Recovered">What the server could give of what came since the position.</param>
    public sealed record Started(string Epoch, long Offset, long Head, Recovered Recovered) : SubscriptionNotice;

    /// <summary>These offsets are lost to this subscription.</summary>
    public sealed record Gap(OffsetRange Missing, string Reason) : SubscriptionNotice;

    /// <summary>The log began another life: what was built from its events is no longer true. The replay from the earliest follows.</summary>
    public sealed record Reset(string Epoch, string Reason) : SubscriptionNotice;

    /// <summary>How far the subscription is behind and what is done about it (<c>catchUp</c>, <c>conflating</c>, <c>live</c>).</summary>
    public sealed record Lag(long Behind, string Mode) : SubscriptionNotice;

    /// <summary>The server has dropped it for now; it is asked for again by itself, from where it stands.</summary>
    public sealed record Interrupted(int Code, string Reason) : SubscriptionNotice;

    /// <summary>A channel of a pattern is not followed any more; the pattern is. When it may be followed again, it begins by another <see cref="Started"/>.</summary>
    public sealed record Withdrawn(int Code, string Reason) : SubscriptionNotice;

    /// <summary>It is over: refused, or ended by the server or with the client. The last of its notices.</summary>
    /// <param name="Code">An error code (100 …), an unsubscribe code (2000 …), or a close code (4000 …).</param>
    /// <param name="Reason">For people.</param>
    public sealed record Ended(int Code, string Reason) : SubscriptionNotice;
}
