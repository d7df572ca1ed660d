using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>What one client wants of one channel.</summary>
internal sealed record SubscriptionPlan(string Channel, From From, DeliveryOrder Order, Priority? Least, OverflowPolicy? Overflow, AckMode AckMode)
{
    public ClientFrame.Subscribe ToFrame(From from) => new()
    {
        Channel = Channel,
        From = from,
        Order = Order,
        Priority = Least,
        Overflow = Overflow,
        AckMode = AckMode,
    };
}
