using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Sessions;

/// <summary>What a client asked for when it subscribed; kept by the session, so that a resume brings it back. Equal to another that asks for the same.</summary>
internal sealed record SubscriptionOptions(AckMode AckMode, DeliveryOrder Order, OverflowPolicy Overflow, Priority LeastPriority)
{
    /// <summary>How the events are shaped; null where nothing is asked for. What is asked for with 0 or empty is not here.</summary>
    internal Shape? Shape { get; init; }

    /// <summary>The events that are wanted: every attribute named must match. Empty: all.</summary>
    internal IReadOnlyList<AttributeFilter> Filter { get; init; } = [];

    /// <summary>The top-level fields of <c>data</c> that are wanted. Empty: all.</summary>
    internal IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Whether the events are wanted, or the state and its changes.</summary>
    internal SubscriptionMode Mode { get; init; }

    /// <summary>Which presence frames are wanted without being present.</summary>
    internal PresenceInterest Presence { get; init; }

    /// <summary>Whether it is the four words and nothing else.</summary>
    internal bool IsPlain => Shape is null && Filter.Count == 0 && Fields.Count == 0 && Mode == SubscriptionMode.Events && Presence == PresenceInterest.None;

    /// <summary>What this frame asks for, the channel's defaults filled in.</summary>
    internal static SubscriptionOptions Of(ClientFrame.Subscribe subscribe, bool isDurable) => new(
        subscribe.AckMode,
        subscribe.Mode == SubscriptionMode.State ? DeliveryOrder.Offset : subscribe.Order,
        subscribe.Overflow ?? (isDurable ? OverflowPolicy.CatchUp : OverflowPolicy.DropOldest),
        subscribe.Priority ?? Priority.Low)
    {
        Shape = AskedFor(subscribe.Shape),
        Filter = subscribe.Filter ?? [],
        Fields = subscribe.Fields ?? [],
        Mode = subscribe.Mode,
        Presence = subscribe.Presence,
    };

    public bool Equals(SubscriptionOptions? other) =>
        other is not null
        && AckMode == other.AckMode
        && Order == other.Order
        && Overflow == other.Overflow
        && LeastPriority == other.LeastPriority
        && Mode == other.Mode
        && Presence == other.Presence
        && IsSame(Shape, other.Shape)
        && Filter.Count == other.Filter.Count
        && Filter.Zip(other.Filter).All(pair => pair.First.Attribute == pair.Second.Attribute && pair.First.Values.SequenceEqual(pair.Second.Values))
        && Fields.SequenceEqual(other.Fields);

    public override int GetHashCode() => ((int)Mode << 20) | ((int)AckMode << 16) | ((int)Order << 12) | ((int)Overflow << 8) | ((int)LeastPriority << 4) | (Filter.Count ^ Fields.Count);

    private static bool IsSame(Shape? one, Shape? other) =>
        one is null || other is null
            ? one is null && other is null
            : one.Immediate.SequenceEqual(other.Immediate) && one with { Immediate = other.Immediate } == other;

    /// <summary>0, empty and <c>none</c> mean that it is not asked for: so that who asks for nothing costs nothing, in whatever words.</summary>
    private static Shape? AskedFor(Shape? shape)
    {
        if (shape is null)
            return null;

        var debounceMs = Given(shape.DebounceMs);
        var batchMs = Given(shape.BatchMs);
        var conflate = shape.Conflate is "none" or "" ? null : shape.Conflate;
        var asked = new Shape
        {
            // What belongs to a stage that is not there means nothing.
            DebounceMs = debounceMs,
            DebounceMaxMs = debounceMs is null ? null : Given(shape.DebounceMaxMs),
            Immediate = debounceMs is null && conflate is null ? [] : shape.Immediate,
            Conflate = conflate,
            BatchMs = batchMs,
            BatchMax = batchMs is null ? null : Given(shape.BatchMax),
            MaxPerSecond = Given(shape.MaxPerSecond),
        };

        return asked is { DebounceMs: null, Conflate: null, BatchMs: null, MaxPerSecond: null } ? null : asked;
    }

    private static long? Given(long? value) => value is 0 ? null : value;
}
