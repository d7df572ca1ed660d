using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Inspection;

/// <summary>How far a session has come in one channel.</summary>
public sealed record SubscriptionView
{
    public required ChannelName Channel { get; init; }

    /// <summary>The pattern that it came by; null: it was subscribed to by name.</summary>
    public string? Pattern { get; init; }
    public required SubscriptionState State { get; init; }
    public required bool IsDurable { get; init; }

    /// <summary>The life of the log that the position is of.</summary>
    public required string Epoch { get; init; }

    /// <summary>Everything up to this offset is acked; null where nothing is (ack <c>none</c>).</summary>
    public required long? Position { get; init; }

    /// <summary>What is acked beyond it.</summary>
    public required IReadOnlyList<OffsetRange> Ahead { get; init; }

    /// <summary>Everything up to this offset was told to the connection; null: there is none.</summary>
    public required long? Sent { get; init; }

    /// <summary>The channel's newest offset; null: not known.</summary>
    public required long? Head { get; init; }

    /// <summary>Events between the position (without acks: what was sent) and the head; null: not known, or the position is of another life of the log.</summary>
    public required long? Lag { get; init; }
    public required AckMode AckMode { get; init; }
    public required DeliveryOrder Order { get; init; }
    public required OverflowPolicy Overflow { get; init; }
    public required Priority LeastPriority { get; init; }

    /// <summary>How its events are shaped; null: not at all.</summary>
    public required Shape? Shape { get; init; }

    /// <summary>Which events it wants; empty: all.</summary>
    public required IReadOnlyList<AttributeFilter> Filter { get; init; }

    /// <summary>Which fields of the data it wants; empty: all.</summary>
    public required IReadOnlyList<string> Fields { get; init; }

    /// <summary>Events that its stages hold just now; null: there is no connection.</summary>
    public required long? Held { get; init; }
}
