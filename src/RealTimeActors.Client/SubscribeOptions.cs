using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client;

/// <summary>How a channel is followed.</summary>
public sealed record SubscribeOptions
{
    /// <summary>Where to begin in this process; reconnects go on from where they stand. null: where the session left off in this channel, and for a new
    /// session now. Anything but <c>now</c> and the session's own cursor needs the right <c>history</c>.</summary>
    public From? From { get; init; }

    /// <summary>Where to begin when the session has no cursor in this channel yet: the first time. With it <see cref="From"/> must not be set, and the channel is asked for once the
    /// session is known. null: now.</summary>
    public From? FromWhenNew { get; init; }

    /// <summary>Who acks. With <see cref="AckMode.Auto"/> an event is acked when its handler has returned.</summary>
    public AckMode Ack { get; init; } = AckMode.Auto;

    /// <summary>Whether higher priorities may overtake.</summary>
    public DeliveryOrder Order { get; init; } = DeliveryOrder.Lanes;

    /// <summary>What the server does when this subscription cannot keep up; null: the channel's default.</summary>
    public OverflowPolicy? Overflow { get; init; }

    /// <summary>The least priority that is wanted; null: all.</summary>
    public Priority? Priority { get; init; }

    /// <summary>The top-level fields of <c>data</c> that are wanted; null: all.</summary>
    public IReadOnlyList<string>? Fields { get; init; }

    /// <summary>How the events are to be shaped on their way: debounced, conflated, batched, at most so many a second. null: not at all. What is left out for it is neither handed over nor
    /// told: it was not wanted.</summary>
    public Shape? Shape { get; init; }

    /// <summary>What the attributes of an event must be for it to be wanted, all of them: <c>[new("type", ["funding.*"])]</c>; null: every event is.</summary>
    public IReadOnlyList<AttributeFilter>? Filter { get; init; }

    /// <summary>Whether who is there is told, too: to those who ask <see cref="RealTimeClient.PresenceAsync"/>. Whoever is there himself is told in any case.</summary>
    public PresenceInterest Presence { get; init; }

    /// <summary>Told of gaps, resets, lag and interruptions, in order with the events and never at the same time as the handler. What it throws ends the subscription.</summary>
    public Action<SubscriptionNotice>? Noticed { get; init; }

    internal ClientFrame.Subscribe ForChannel(string channel) => new()
    {
        Channel = channel,
        From = From ?? (Ack == AckMode.None ? Protocol.Frames.From.Now : Protocol.Frames.From.Session),
        Fields = Fields,
        Shape = Shape,
        Filter = Filter,
        Overflow = Overflow,
        AckMode = Ack,
        Order = Order,
        Priority = Priority,
        Presence = Presence,
    };
}
