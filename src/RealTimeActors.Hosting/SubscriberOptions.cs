using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Hosting;

/// <summary>How a channel is followed in process.</summary>
public sealed record SubscriberOptions
{
    /// <summary>
    /// The subscriber's name, as <c>billing</c>: 1 to 64 of <c>A–Z a–z 0–9 _ - .</c>. With it the subscription is durable: after a restart, however it came about, it goes on
    /// behind the last event that its handler has returned from. Each name follows a channel once. null: it ends with the process.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>Where to begin. With a <see cref="Name"/>: only the first time, and null is at the earliest event. Without: every time, and null is now.</summary>
    public From? From { get; init; }

    /// <summary>When an event is acked: after the handler has returned, or by <c>AckAsync</c> of the event. Only with a <see cref="Name"/>.</summary>
    public AckMode Ack { get; init; } = AckMode.Auto;

    /// <summary>Strictly in order of offsets (the default here, so that a handler may drop what it has seen), or higher priorities first.</summary>
    public DeliveryOrder Order { get; init; } = DeliveryOrder.Offset;

    /// <summary>What happens when the handler does not keep up; null: the channel's default, for a durable channel reading on from its log.</summary>
    public OverflowPolicy? Overflow { get; init; }

    /// <summary>The least priority that is wanted; null: all.</summary>
    public Priority? Priority { get; init; }

    /// <summary>The top-level fields of <c>data</c> that are wanted; null: all.</summary>
    public IReadOnlyList<string>? Fields { get; init; }

    /// <summary>How the events are to be shaped on their way: debounced, conflated, batched, at most so many a second; null: not at all.</summary>
    public Shape? Shape { get; init; }

    /// <summary>What the attributes of an event must be for it to be wanted, all of them: <c>[new("type", ["funding.*"])]</c>; null: every event is.</summary>
    public IReadOnlyList<AttributeFilter>? Filter { get; init; }

    /// <summary>The most events that may wait for the handler. 1 … 1,000,000.</summary>
    public int EventsMax { get; init; } = 256;

    /// <summary>How often the handler is given the same event before the subscription ends with its fault. Later events wait meanwhile. At least 1.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The pause before the second attempt; each further one is twice as long, up to 30 s.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Told of gaps, resets, lag and interruptions, in order with the events and never at the same time as the handler. What it throws ends the subscription.</summary>
    public Action<SubscriptionNotice>? Noticed { get; init; }

    internal void Validate()
    {
        if (Name is not null && (Name.Length is 0 or > 64 || !Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')))
            throw new ArgumentException($"A subscriber's name is expected to have 1 to 64 characters of A-Z a-z 0-9 _ - . ; '{Name}' came.", nameof(Name));
        if (Name is null && Ack == AckMode.Manual)
            throw new ArgumentException($"Acks by hand are for subscribers with a {nameof(Name)}; without one there is no place to come back to.", nameof(Ack));
        if (Name is not null && Ack == AckMode.None)
            throw new ArgumentException($"A subscriber with a {nameof(Name)} acks, or it has no place to come back to; leave {nameof(Ack)} as it is, or leave the name out.", nameof(Ack));
        if (From is Protocol.Frames.From.AtSession)
            throw new ArgumentException($"{nameof(From)} is expected to be now, earliest, the last n or a position; where a {nameof(Name)} has left off is where it goes on anyway.", nameof(From));
        if (SubscriptionBounds.FaultOf(Shape, Fields, Filter) is { } fault)
            throw new ArgumentException(fault);
        if (Attempts < 1)
            throw new ArgumentOutOfRangeException(nameof(Attempts), Attempts, $"{nameof(Attempts)} is expected to be at least 1.");
        if (RetryAfter < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(RetryAfter), RetryAfter, $"{nameof(RetryAfter)} is expected to be zero or more.");
    }
}
