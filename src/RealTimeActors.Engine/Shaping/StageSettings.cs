using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Streams;

namespace RealTimeActors.Engine.Shaping;

/// <summary>From what a client asked for to what the stages are told.</summary>
internal static class StageSettings
{
    /// <summary>The stages of the subscription's shape; null: it has none.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="heldMax">Events that they hold at most; more wait where they are.</param>
    internal static ShapeSettings? Of(SubscriptionOptions options, int heldMax) => options.Shape is not { } shape ? null : new ShapeSettings
    {
        DebounceMs = shape.DebounceMs ?? 0,
        DebounceMaxMs = shape.DebounceMaxMs ?? 0,
        Immediate = shape.Immediate,
        Conflate = shape.Conflate switch { "key" => Conflation.Key, "channel" => Conflation.Channel, _ => Conflation.None },
        BatchMs = shape.BatchMs ?? 0,
        BatchMax = (int)Math.Min(shape.BatchMax ?? 0, int.MaxValue),
        MaxPerSecond = (int)Math.Min(shape.MaxPerSecond ?? 0, int.MaxValue),
        InOrder = options.Order == DeliveryOrder.Offset,
        HeldMax = heldMax,
    };

    /// <summary>The stage in front of them while a subscription with <see cref="OverflowPolicy.Conflate"/> is behind.</summary>
    internal static ShapeSettings WhileBehind(SubscriptionOptions options, int heldMax) => new()
    {
        Conflate = Conflation.Key,
        Immediate = options.Shape?.Immediate ?? [],
        InOrder = options.Order == DeliveryOrder.Offset,
        HeldMax = heldMax,
    };
}
