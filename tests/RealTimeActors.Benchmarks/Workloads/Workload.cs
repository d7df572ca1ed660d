using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Workloads;

/// <summary>What is done to a server. All of W1, W1-K1, W4 and W5 are this, with other numbers.</summary>
internal sealed record Workload
{
    internal required string Name { get; init; }

    internal required int Channels { get; init; }

    internal required int SubscribersPerChannel { get; init; }

    /// <summary>Events in flight per publisher; every channel has one publisher.</summary>
    internal required int InFlight { get; init; }

    internal required int PayloadBytes { get; init; }

    internal required Pace Pace { get; init; }

    internal Durability Durability { get; init; } = Durability.Ephemeral;

    internal int Subscribers => Channels * SubscribersPerChannel;

    /// <summary>The workloads with this name (W5 is three), or null.</summary>
    internal static IReadOnlyList<Workload>? Named(string name) => name switch
    {
        "w1" => [FanOut("W1", inFlight: 32, Pace.Receipts)],
        // With receipts as the pace the next event could catch up with this one on its way out; then something could be coalesced.
        "w1-k1" => [FanOut("W1-K1", inFlight: 1, Pace.Deliveries)],
        "w4" => [new Workload { Name = "W4", Channels = 500, SubscribersPerChannel = 10, InFlight = 4, PayloadBytes = 128, Pace = Pace.Receipts }],
        "w5" => [Durable(1), Durable(100), Durable(1_000)],
        _ => null,
    };

    /// <summary>One line that says what is done, for the head of a table.</summary>
    internal string Describe() => Durability == Durability.Durable
        ? $"{Name}: durable publish on one connection, {InFlight:N0} in flight, {PayloadBytes}-byte bodies, until answered 'persisted'"
        : $"{Name}: {Channels:N0} channel(s) x {SubscribersPerChannel:N0} subscribers, {InFlight} in flight each (until {(Pace == Pace.Receipts ? "its receipt" : "delivered")}), {PayloadBytes}-byte payloads";

    private static Workload FanOut(string name, int inFlight, Pace pace) =>
        new() { Name = name, Channels = 1, SubscribersPerChannel = 1_000, InFlight = inFlight, PayloadBytes = 128, Pace = pace };

    private static Workload Durable(int inFlight) => new()
    {
        Name = $"W5-{inFlight}",
        Channels = 1,
        SubscribersPerChannel = 0,
        InFlight = inFlight,
        PayloadBytes = 200,
        Pace = Pace.Receipts,
        Durability = Durability.Durable,
    };
}
