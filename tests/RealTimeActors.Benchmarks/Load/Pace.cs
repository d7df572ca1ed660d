namespace RealTimeActors.Benchmarks.Load;

/// <summary>When an event stops counting as in flight, so that the publisher may send the next one.</summary>
internal enum Pace
{
    /// <summary>When its receipt (NATS: its echo, SignalR: the completion of the call) is back at the publisher.</summary>
    Receipts,

    /// <summary>When, besides, the subscribers have it. With one in flight nothing can be coalesced.</summary>
    Deliveries,
}
