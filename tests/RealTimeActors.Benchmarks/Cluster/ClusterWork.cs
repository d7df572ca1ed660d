using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Cluster;

/// <summary>What is done to clusters of several sizes.</summary>
internal sealed record ClusterWork
{
    internal required string Name { get; init; }

    internal required ClusterWorkKind Kind { get; init; }

    /// <summary>Those that take turns; ratios are to the first.</summary>
    internal required IReadOnlyList<Topology> Topologies { get; init; }

    /// <summary>Whose number changes; they have a share of a processor each, and all else what it wants.</summary>
    internal LimitedNodes Limited { get; init; }

    internal required int Channels { get; init; }

    internal int SubscribersPerChannel { get; init; }

    /// <summary>Events in flight per channel; each has one publisher.</summary>
    internal int InFlight { get; init; } = 1;

    internal int PayloadBytes { get; init; }

    /// <summary>Events a second of an open loop.</summary>
    internal int PerSecond { get; init; }

    internal Durability Durability { get; init; }

    /// <summary>A subscriber acks every so many events.</summary>
    internal int AckEvery { get; init; } = 1_000;

    /// <summary>The work, in the order in which it is done.</summary>
    internal static IReadOnlyList<ClusterWork> All { get; } =
    [
        Publish("publish", new Topology("1 core", Cores: 1, Edges: 1), new Topology("2 cores", Cores: 2, Edges: 1)),
        Publish("straight", new Topology("1 node", Whole: 1), new Topology("2 nodes", Whole: 2)),
        FanOut("fan-out", ClusterWorkKind.FanOut) with { InFlight = 32 },
        FanOut("fan-out-paced", ClusterWorkKind.Paced) with { PerSecond = 20 },
        FanOut("acks", ClusterWorkKind.Paced) with { PerSecond = 5, AckEvery = 1, Durability = Durability.Durable, Limited = LimitedNodes.None, Topologies = [new Topology("1 edge, 1 core", Cores: 1, Edges: 1)] },
        new()
        {
            Name = "connections",
            Kind = ClusterWorkKind.Connections,
            Topologies = [new Topology("1 edge, 1 core", Cores: 1, Edges: 1)],
            Channels = 5_000,
            SubscribersPerChannel = 1,
            Durability = Durability.Durable,
        },
    ];

    internal Pace Pace => Kind == ClusterWorkKind.FanOut ? Pace.Deliveries : Pace.Receipts;

    internal string Confirm => Kind == ClusterWorkKind.Publish ? "persisted" : "";

    /// <summary>The figure that the ratios are made of.</summary>
    internal Metric Leading => Kind switch
    {
        ClusterWorkKind.Publish => Metric.Receipts,
        ClusterWorkKind.FanOut => Metric.Deliveries,
        ClusterWorkKind.Paced => Metric.LatencyP99,
        _ => ClusterMetric.EdgeBytes,
    };

    /// <summary>What the table shows besides.</summary>
    internal IReadOnlyList<Metric> Columns => Kind switch
    {
        ClusterWorkKind.Publish =>
        [
            ClusterMetric.ShareUsed, Metric.ReceiptP50, Metric.ReceiptP99, ClusterMetric.EdgePerEvent, ClusterMetric.CorePerEvent, ClusterMetric.DatabasePerEvent, ClusterMetric.LoadPerEvent,
            ClusterMetric.LinkBytes, ClusterMetric.DatabaseBytes, ClusterMetric.WalBytes, ClusterMetric.EventsPerCommit, ClusterMetric.Commits, .. Processors,
        ],
        ClusterWorkKind.FanOut or ClusterWorkKind.Paced =>
        [
            ClusterMetric.ShareUsed, Metric.LatencyP50, Metric.LatencyMax, Metric.ReceiptP50, Metric.ReceiptP99, ClusterMetric.EdgePerDelivery, ClusterMetric.LoadPerDelivery,
            ClusterMetric.CorePerDelivery, ClusterMetric.DatabasePerDelivery, ClusterMetric.CorePerEvent, ClusterMetric.LinkBytes, ClusterMetric.WalBytes, ClusterMetric.ClientBytes, ClusterMetric.Commits, .. Processors,
        ],
        _ =>
        [
            ClusterMetric.CoreBytes, Metric.ConnectsPerSecond, ClusterMetric.ResumesPerSecond, .. ClusterMetric.Connect.All, .. ClusterMetric.Resume.All, .. ClusterMetric.Idle.All, .. ClusterMetric.Rest.All, Metric.OtherCpu,
        ],
    };

    private static IReadOnlyList<Metric> Processors => [ClusterMetric.EdgeCpu, ClusterMetric.CoreCpu, ClusterMetric.DatabaseCpu, Metric.LoadCpu, Metric.OtherCpu];

    /// <summary>The works with these names; all where none is named.</summary>
    internal static IReadOnlyList<ClusterWork> Named(IReadOnlyList<string> names) => names.Count == 0 ? All : [.. names.Select(Named)];

    /// <summary>One sentence that says what is done.</summary>
    internal string Describe() => Kind switch
    {
        ClusterWorkKind.Publish =>
            $"Durable publishes of {Channels:N0} channels, {InFlight} in flight each, {PayloadBytes}-byte bodies, until answered 'persisted', {(Topologies[0].Edges > 0 ? "through one edge" : "straight to nodes of both roles")}.",
        ClusterWorkKind.FanOut => $"{Channels:N0} channel(s) x {SubscribersPerChannel:N0} subscribers, {InFlight} in flight until delivered, {PayloadBytes}-byte payloads.",
        ClusterWorkKind.Paced => $"{PerSecond} events/s to {SubscribersPerChannel:N0} subscribers, {PayloadBytes}-byte payloads, latency from the intended moment{(AckEvery == 1 ? "; durable, and each acks each" : "")}.",
        _ => $"{Channels:N0} clients with a session and a durable channel each: what it costs each part that they come, stay, and after they were lost come back.",
    };

    /// <summary>How many nodes of a cluster have a share.</summary>
    internal int LimitedOf(Topology topology) => Limited switch { LimitedNodes.Owners => topology.Owners, LimitedNodes.Edges => topology.Edges, _ => 0 };

    private static ClusterWork Named(string name) => All.FirstOrDefault(work => work.Name == name)
        ?? throw new BenchmarkFailure($"one of {string.Join(", ", All.Select(work => work.Name))} is expected, got '{name}'");

    private static ClusterWork Publish(string name, params Topology[] topologies) => new()
    {
        Name = name,
        Kind = ClusterWorkKind.Publish,
        Topologies = topologies,
        Limited = LimitedNodes.Owners,
        Channels = 200,
        InFlight = 5,
        PayloadBytes = 200,
        Durability = Durability.Durable,
    };

    private static ClusterWork FanOut(string name, ClusterWorkKind kind) => new()
    {
        Name = name,
        Kind = kind,
        Topologies = [new Topology("1 edge", Cores: 1, Edges: 1), new Topology("2 edges", Cores: 1, Edges: 2)],
        Limited = LimitedNodes.Edges,
        Channels = 1,
        SubscribersPerChannel = 1_000,
        PayloadBytes = 128,
    };
}
