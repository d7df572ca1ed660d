using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Workloads;

/// <summary>The work, by the names it has on the command line.</summary>
internal static class WorkloadList
{
    private static readonly string[] _everyone =
        ["realtime", "realtime-json", "realtime-tls", "nats", "signalr", "nchan", "mosquitto", "socketio", "ws", "floor-stream", "floor"];

    private static readonly string[] _plain = [.. _everyone.Except(["realtime-tls", "floor-stream"])];

    internal static IReadOnlyList<Workload> All { get; } =
    [
        FanOut("W1-1000", 1_000, inFlight: 32, Pace.Receipts, _everyone),
        FanOut("W1-5000", 5_000, inFlight: 32, Pace.Receipts, ["realtime", "realtime-json", "nats", "signalr", "floor"]),
        // With receipts as the pace the next event could catch up with this one on its way out; then something could be coalesced.
        FanOut("W1-K1", 1_000, inFlight: 1, Pace.Deliveries, _plain),
        new() { Name = "W2", Kind = WorkloadKind.OpenLoop, Contenders = _plain, Channels = 1, SubscribersPerChannel = 1_000, PerSecond = 50, PayloadBytes = 128 },
        new() { Name = "W3", Kind = WorkloadKind.Idle, Contenders = [.. _plain.Except(["realtime-json", "floor"])], Channels = 10_000, SubscribersPerChannel = 1, PayloadBytes = 128 },
        new() { Name = "W4", Kind = WorkloadKind.Throughput, Contenders = _everyone, Channels = 500, SubscribersPerChannel = 10, InFlight = 4, PayloadBytes = 128 },
        Durable(1),
        Durable(100),
        Durable(1_000),
        new()
        {
            Name = "W6",
            Kind = WorkloadKind.ComeBack,
            Contenders = ["realtime", "realtime-json", "nats", "nchan"],
            Channels = 1,
            SubscribersPerChannel = 5_000,
            PayloadBytes = 128,
            Behind = 100,
            Durability = Durability.Durable,
        },
        new() { Name = "W7", Kind = WorkloadKind.StalledReader, Contenders = ["realtime", "nats", "signalr"], Channels = 1, SubscribersPerChannel = 1_000, PerSecond = 50, PayloadBytes = 128 },
        Lanes("W8", readsPerSecond: null),
        Lanes("W8-slow", readsPerSecond: 4 << 20),
    ];

    /// <summary>The workloads that go by this name, or null: <c>all</c>, <c>w1</c> (both sizes), <c>w1-k1</c>, <c>w5</c> (all three) …</summary>
    internal static IReadOnlyList<Workload>? Named(string name)
    {
        if (name == "all") return All;
        var exact = All.Where(workload => workload.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
        if (name is not ("w1" or "w5" or "w8")) return exact.Count > 0 ? exact : null;
        return [.. All.Where(workload => workload.Name != "W1-K1" && workload.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase))];
    }

    private static Workload FanOut(string name, int subscribers, int inFlight, Pace pace, IReadOnlyList<string> contenders) => new()
    {
        Name = name,
        Kind = WorkloadKind.Throughput,
        Contenders = contenders,
        Channels = 1,
        SubscribersPerChannel = subscribers,
        InFlight = inFlight,
        PayloadBytes = 128,
        Pace = pace,
    };

    private static Workload Durable(int inFlight) => new()
    {
        Name = $"W5-{inFlight}",
        Kind = WorkloadKind.Throughput,
        Contenders = inFlight == 1 ? ["realtime", "nats"] : ["realtime", "realtime-json", "nats"],
        Channels = 1,
        SubscribersPerChannel = 0,
        InFlight = inFlight,
        PayloadBytes = 200,
        Durability = Durability.Durable,
    };

    private static Workload Lanes(string name, int? readsPerSecond) => new()
    {
        Name = name,
        Kind = WorkloadKind.Lanes,
        Contenders = ["realtime"],
        Channels = 1,
        SubscribersPerChannel = 1,
        InFlight = 64,
        PayloadBytes = 4_096,
        ReadsPerSecond = readsPerSecond,
    };
}
