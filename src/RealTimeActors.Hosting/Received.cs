using RealTimeActors.Client;

namespace RealTimeActors.Hosting;

/// <summary>An event of a typed channel as its subscriber gets it.</summary>
/// <typeparam name="TEvent">What the channel's events have in common.</typeparam>
public sealed class Received<TEvent>
    where TEvent : class
{
    internal Received(ReceivedEvent raw, TEvent? @event, string? problem)
    {
        Raw = raw;
        Event = @event;
        Problem = problem;
    }

    /// <summary>The event; null where it is none that this program knows: of a type that came later, or not of the form that its type has here. See <see cref="Problem"/> and
    /// <see cref="Raw"/>. Such events are handed over, too, so that nobody misses them by accident.</summary>
    public TEvent? Event { get; }

    /// <summary>Why <see cref="Event"/> is null.</summary>
    public string? Problem { get; }

    /// <summary>The event as it came, data and all.</summary>
    public ReceivedEvent Raw { get; }

    /// <summary>The type as it stands in the log, as <c>grant.updated</c>.</summary>
    public string Type => Raw.Event.Type;

    /// <summary>1, 2, 3 … within the epoch. With <see cref="Protocol.Frames.DeliveryOrder.Offset"/> it only grows, so that what was dealt with before a crash can be told by it.</summary>
    public long Offset => Raw.Offset;

    /// <summary>The life of the log that the offset is of.</summary>
    public string Epoch => Raw.Epoch;

    /// <summary>When it was published.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds(Raw.Event.TimeUnixMs);

    /// <summary>2, 3 … when it is delivered again because it was nacked.</summary>
    public int Attempt => Raw.Attempt;

    /// <summary>Who published it; null where nobody was asked.</summary>
    public string? User => Raw.Event.User;

    /// <summary>With <see cref="Protocol.Frames.AckMode.Manual"/>: this event is done with.</summary>
    public ValueTask AckAsync() => Raw.AckAsync();

    /// <summary>This event could not be processed: it is not acked, comes again after a pause, and after too many attempts goes to the dead letters of the channel. See <see cref="ReceivedEvent.NackAsync"/>.</summary>
    /// <param name="reason">Why, for whoever reads the dead letters.</param>
    public ValueTask NackAsync(string? reason = null) => Raw.NackAsync(reason);
}
