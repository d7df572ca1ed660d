using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Model;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>What one client wants of one channel.</summary>
internal sealed record SubscriptionPlan(string Channel, From From, DeliveryOrder Order, Priority? Least, OverflowPolicy? Overflow, AckMode AckMode)
{
    public Shape? Shape { get; init; }

    public IReadOnlyList<AttributeFilter> Filter { get; init; } = [];

    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>What it allows to be left out.</summary>
    public ShapeModel Model => new(ToFrame(From));

    public ClientFrame.Subscribe ToFrame(From from) => new()
    {
        Channel = Channel,
        From = from,
        Order = Order,
        Priority = Least,
        Overflow = Overflow,
        AckMode = AckMode,
        Shape = Shape,
        Filter = Filter.Count == 0 ? null : Filter,
        Fields = Fields,
    };
}
