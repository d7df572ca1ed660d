using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Cluster;

/// <summary>What one thing that a client does costs each part.</summary>
internal sealed class PerClient(string key, string what)
{
    internal Metric Edge { get; } = new($"{key}EdgeMicros", $"{what} edge µs", "F1", LessIsBetter: true);

    internal Metric Core { get; } = new($"{key}CoreMicros", $"{what} core µs", "F1", LessIsBetter: true);

    internal Metric Database { get; } = new($"{key}DatabaseMicros", $"{what} PostgreSQL µs", "F1", LessIsBetter: true);

    internal Metric Load { get; } = new($"{key}LoadMicros", $"{what} load µs", "F1", LessIsBetter: true);

    internal Metric Link { get; } = new($"{key}LinkBytes", $"{what} link B", "N0", LessIsBetter: true);

    internal Metric Wal { get; } = new($"{key}WalBytes", $"{what} WAL B", "N0", LessIsBetter: true);

    internal IReadOnlyList<Metric> All => [Edge, Core, Database, Load, Link, Wal];

    /// <summary>Divides what was spent among so many.</summary>
    internal void Write(Spent spent, double times, Figures to)
    {
        to[Edge] = spent.Edge * 1e6 / times;
        to[Core] = spent.Core * 1e6 / times;
        to[Database] = spent.Database * 1e6 / times;
        to[Load] = spent.Load * 1e6 / times;
        to[Link] = spent.LinkBytes / times;
        to[Wal] = spent.WalBytes / times;
    }
}
