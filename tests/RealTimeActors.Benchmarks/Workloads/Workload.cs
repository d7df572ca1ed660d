using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Workloads;

/// <summary>What is done to a server.</summary>
internal sealed record Workload
{
    internal const int CriticalPerSecond = 10;
    internal const int CriticalBytes = 128;

    internal required string Name { get; init; }

    internal required WorkloadKind Kind { get; init; }

    /// <summary>The names of those it is for, in the order of the table: the product first.</summary>
    internal required IReadOnlyList<string> Contenders { get; init; }

    internal required int Channels { get; init; }

    internal required int SubscribersPerChannel { get; init; }

    /// <summary>Events in flight per publisher; every channel has one publisher.</summary>
    internal int InFlight { get; init; } = 1;

    internal required int PayloadBytes { get; init; }

    /// <summary>Fields of the object that a body is; 0: it is a text.</summary>
    internal int Fields { get; init; }

    internal Pace Pace { get; init; } = Pace.Receipts;

    internal Durability Durability { get; init; } = Durability.Ephemeral;

    /// <summary>Events a second of an open loop.</summary>
    internal int PerSecond { get; init; }

    /// <summary>Events that each client has missed when it comes back.</summary>
    internal int Behind { get; init; }

    /// <summary>How fast the client reads, in bytes a second; null for as fast as it can.</summary>
    internal int? ReadsPerSecond { get; init; }

    internal int Subscribers => Channels * SubscribersPerChannel;

    /// <summary>The figure that the picture shows and the ratios are made of.</summary>
    internal Metric Leading => Kind switch
    {
        WorkloadKind.Throughput => Subscribers > 0 ? Metric.Deliveries : Metric.Receipts,
        WorkloadKind.OpenLoop => Metric.LatencyP99,
        WorkloadKind.StalledReader => Metric.StalledRatio,
        WorkloadKind.Idle => Metric.BytesPerConnection,
        WorkloadKind.ComeBack => Metric.SecondsToHead,
        _ => Metric.BusyRatio,
    };

    /// <summary>What the table shows besides the leading figure.</summary>
    internal IReadOnlyList<Metric> Columns => Kind switch
    {
        WorkloadKind.Throughput when Subscribers > 0 =>
            [Metric.PerCpuSecond, Metric.ServerCpu, Metric.Receipts, Metric.ReceiptP50, Metric.ReceiptP99, Metric.EventsPerRead, Metric.IdleMb, Metric.PeakMb, Metric.LoadCpu, Metric.OtherCpu],
        WorkloadKind.Throughput => [Metric.PerCpuSecond, Metric.ServerCpu, Metric.ReceiptP50, Metric.ReceiptP99, Metric.FlushP50, Metric.FlushP99, Metric.PeakMb, Metric.LoadCpu, Metric.OtherCpu],
        WorkloadKind.OpenLoop => [Metric.LatencyP50, Metric.LatencyMax, Metric.ServerCpu, Metric.Deliveries, Metric.ReceiptP50, Metric.LoadCpu, Metric.OtherCpu],
        WorkloadKind.StalledReader => [Metric.LatencyP99, Metric.StalledP99, Metric.StalledP50, Metric.StalledBytes, Metric.ServerCpu, Metric.LoadCpu, Metric.OtherCpu],
        WorkloadKind.Idle => [Metric.ResidentPerConnection, Metric.IdleMb, Metric.PeakMb, Metric.ConnectsPerSecond, Metric.OtherCpu],
        WorkloadKind.ComeBack => [Metric.SecondsToReady, Metric.Deliveries, Metric.ServerCpuSeconds, Metric.PeakMb, Metric.LoadCpu, Metric.OtherCpu],
        _ => [Metric.IdleP50, Metric.IdleP99, Metric.BusyP50, Metric.BusyP99, Metric.BulkMb, Metric.LeftOut, Metric.StalledBytes, Metric.ServerCpu, Metric.LoadCpu, Metric.OtherCpu],
    };

    /// <summary>One line that says what is done, for the head of a table.</summary>
    internal string Describe() => Kind switch
    {
        WorkloadKind.Throughput when Durability == Durability.Durable =>
            $"durable publish on one connection, {InFlight:N0} in flight, {PayloadBytes}-byte bodies, until answered 'persisted'",
        WorkloadKind.Throughput =>
            $"{Channels:N0} channel(s) x {SubscribersPerChannel:N0} subscribers, {InFlight} in flight each (until {(Pace == Pace.Receipts ? "its receipt" : "delivered")}), {PayloadBytes}-byte payloads",
        WorkloadKind.OpenLoop => $"{PerSecond} events/s to {SubscribersPerChannel:N0} subscribers, {PayloadBytes}-byte payloads, latency from the intended moment",
        WorkloadKind.StalledReader => $"{PerSecond} events/s to {SubscribersPerChannel:N0} subscribers, without and with one that has stopped reading: p99 of the others",
        WorkloadKind.Idle => $"{Subscribers:N0} idle connections, each with a session and a channel of its own: memory of the server (PSS)",
        WorkloadKind.ComeBack => $"{Subscribers:N0} clients drop and come back at once, each {Behind} events behind: until all are at the head",
        _ => $"{CriticalPerSecond} critical events/s on a connection that {InFlight} bulk events of {PayloadBytes:N0} bytes in flight keep full" +
             (ReadsPerSecond is { } slow ? $", read at {slow / 1024} KiB/s" : ", read as fast as it can be"),
    };
}
