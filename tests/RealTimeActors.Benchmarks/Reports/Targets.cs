using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Reports;

/// <summary>What this engine sets itself, all of it relative to what is measured beside it in the same run, but for bytes, receipts and seconds.</summary>
internal static class Targets
{
    private const string Product = "realtime";

    internal static IReadOnlyList<Target> All { get; } =
    [
        .. new[] { "W1-1000", "W1-5000" }.SelectMany(work => new[]
        {
            Ratio(work, "nats", Metric.Deliveries, 3),
            Ratio(work, "signalr", Metric.Deliveries, 5),
            Ratio(work, "floor", Metric.Deliveries, 0.8, isBeyond: true),
        }),
        Ratio("W1-K1", "nchan", Metric.Deliveries, 1),
        Ratio("W1-K1", "floor", Metric.Deliveries, 0.9, isBeyond: true),
        Ratio("W2", "nchan", Metric.LatencyP99, 1, "'s p99"),
        Ratio("W2", "floor", Metric.ServerCpu, 1.3, "'s CPU"),
        Ratio("W2", "floor", Metric.ServerCpu, 1.1, "'s CPU", isBeyond: true),
        Own("W3", "KB per connection", Metric.BytesPerConnection, 18, per: 1_000),
        Own("W3", "KB per connection", Metric.BytesPerConnection, 8, per: 1_000, isBeyond: true),
        Ratio("W4", "nats", Metric.Deliveries, 1.5),
        Ratio("W4", "floor", Metric.Deliveries, 0.9, isBeyond: true),
        new("W5-1", "× one disk flush (p50)", result => result.Of(Product, Metric.ReceiptP50) / result.Of(Product, Metric.FlushP50), 3, IsAtMost: true),
        Own("W5-1000", "receipts/s", Metric.Receipts, 100_000),
        .. new[] { "W5-1", "W5-100", "W5-1000" }.Select(work => Ratio(work, "nats", Metric.Receipts, 1, isBeyond: true)),
        Own("W6", "s", Metric.SecondsToHead, 3),
        Own("W6", "s", Metric.SecondsToHead, 1.5, isBeyond: true),
        Own("W7", "× p99 without it", Metric.StalledRatio, 1.1),
        Own("W8", "× idle p99", Metric.BusyRatio, 2),
    ];

    /// <summary>What is to be said of a result, line by line.</summary>
    internal static IReadOnlyList<string> Judge(WorkloadResult result) =>
        [.. All.Where(target => target.Work == result.Workload.Name).Select(target => target.Judge(result)).OfType<string>()];

    private static Target Ratio(string work, string peer, Metric metric, double limit, string of = "", bool isBeyond = false) =>
        new(work, $"× {peer}{of}", result => result.Of(Product, metric) / result.Of(peer, metric), limit, metric.LessIsBetter, isBeyond);

    private static Target Own(string work, string says, Metric metric, double limit, double per = 1, bool isBeyond = false) =>
        new(work, says, result => result.Of(Product, metric) / per, limit, metric.LessIsBetter, isBeyond);
}
