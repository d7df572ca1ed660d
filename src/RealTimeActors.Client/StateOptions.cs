using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Client.States;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client;

/// <summary>How the state of a channel is followed.</summary>
public sealed record StateOptions
{
    /// <summary>The top-level fields of the values that are wanted; null: all.</summary>
    public IReadOnlyList<string>? Fields { get; init; }

    /// <summary>
    /// Told what has changed, what by, and whether it is confirmed: each entry once, in the order in which they changed first. What happens while it runs is told together afterwards, so that a slow
    /// one is told less often and not later. When it throws, the state is not followed any longer.
    /// </summary>
    public Func<IReadOnlyList<StateChange>, CancellationToken, ValueTask>? Changed { get; init; }

    /// <summary>Told of interruptions, lag, and another life of the log. Must be quick and not throw.</summary>
    public Action<SubscriptionNotice>? Noticed { get; init; }

    /// <summary>Keeps the confirmed document for the next process, which then asks only for what has changed since (it takes the right <c>history</c>). null: each process asks for all of it.</summary>
    public IStateCache? Cache { get; init; }

    /// <summary>Told when the document could not be kept. The next process asks for more than it would have had to.</summary>
    public Action<Exception>? NotCached { get; init; }

    /// <summary>Whether who is there is told, too: to those who ask <see cref="RealTimeClient.PresenceAsync"/>. Whoever is there himself is told in any case.</summary>
    public PresenceInterest Presence { get; init; }

    /// <summary>With <see cref="AckMode.Auto"/> a change is acked when it is in the document, and the session keeps its place. <see cref="AckMode.Manual"/> is not for a state.</summary>
    public AckMode Ack { get; init; } = AckMode.Auto;

    internal ClientFrame.Subscribe ForChannel(string channel) => new() { Channel = channel, Mode = SubscriptionMode.State, Fields = Fields, AckMode = Ack, Presence = Presence };
}
