namespace RealTimeActors.Benchmarks.Load;

/// <summary>One channel under load: what was published to it, and how much of it has come out at its subscribers.</summary>
internal sealed class LoadChannel(string name, int subscribers)
{
    internal string Name { get; } = name;

    internal int Subscribers { get; } = subscribers;

    /// <summary>Deliveries of all subscribers together.</summary>
    internal long Delivered { get; set; }

    /// <summary>Events that every subscriber has, on average: exact when one event is in flight.</summary>
    internal long DeliveredEverywhere => Subscribers == 0 ? long.MaxValue : Delivered / Subscribers;

    internal LoadPublisher? Publisher { get; set; }

    /// <summary>Who publishes critical events to it besides. Then offsets come in an order per lane, and events may be left out.</summary>
    internal LoadPublisher? UrgentPublisher { get; set; }
}
