using System.Diagnostics;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Cluster;

/// <summary>Nobody is there; clients come, each with a session and a channel of its own; stay for a heartbeat; are all lost at once; and come back to their sessions.</summary>
internal static class ConnectionsRun
{
    /// <summary>As long as a heartbeat: each client is pinged once.</summary>
    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(6);

    internal static async Task<Figures> Measure(ClusterTrial trial)
    {
        var (loop, cluster, count) = (trial.Loop, trial.Cluster, trial.Work.Channels);
        var figures = new Figures();
        loop.For(TimeSpan.FromSeconds(1));
        await Rest(trial, figures);

        // First with a fifth as many, there and back, so that nothing is compiled while it is measured.
        var first = Connect(trial, "first", count / 5);
        loop.UntilReady();
        Lose(loop, first);
        Return(loop, first);
        loop.For(TimeSpan.FromSeconds(2));

        var (edge, core) = (cluster.EdgeBytes, cluster.OwnerBytes);
        var before = await cluster.SpentSoFar();
        var begin = Stopwatch.GetTimestamp();
        var clients = Connect(trial, "measured", count);
        loop.UntilReady();
        figures[Metric.ConnectsPerSecond] = count / Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var after = await cluster.SpentSoFar();
        ClusterMetric.Connect.Write(after - before, count, figures);

        loop.For(TimeSpan.FromSeconds(3));
        before = await cluster.SpentSoFar();
        begin = Stopwatch.GetTimestamp();
        loop.For(_idle);
        after = await cluster.SpentSoFar();
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        ClusterMetric.Idle.Write(after - before, loop.Connections.Count * seconds, figures);
        figures[Metric.OtherCpu] = (after - before).Other / seconds;
        figures[ClusterMetric.EdgeBytes] = (cluster.EdgeBytes - edge) / count;
        figures[ClusterMetric.CoreBytes] = (cluster.OwnerBytes - core) / count;

        Lose(loop, clients);
        before = await cluster.SpentSoFar();
        begin = Stopwatch.GetTimestamp();
        Return(loop, clients);
        figures[ClusterMetric.ResumesPerSecond] = count / Stopwatch.GetElapsedTime(begin).TotalSeconds;
        ClusterMetric.Resume.Write(await cluster.SpentSoFar() - before, count, figures);
        return figures;
    }

    // Nobody is there yet: leases, signs of life, links.
    private static async Task Rest(ClusterTrial trial, Figures figures)
    {
        var before = await trial.Cluster.SpentSoFar();
        var begin = Stopwatch.GetTimestamp();
        trial.Loop.For(_rest);
        var after = await trial.Cluster.SpentSoFar();
        ClusterMetric.Rest.Write(after - before, Stopwatch.GetElapsedTime(begin).TotalSeconds, figures);
    }

    private static List<int> Connect(ClusterTrial trial, string name, int count) =>
        [.. Enumerable.Range(0, count).Select(index => trial.Loop.Connect(trial.NewChannel($"{name}.{index}"), subscribes: true).Tag)];

    private static void Lose(LoadLoop loop, List<int> clients)
    {
        foreach (var client in clients) LoadLoop.Drop(loop.Connections[client]);
        loop.For(TimeSpan.FromSeconds(2));
    }

    private static void Return(LoadLoop loop, List<int> clients)
    {
        foreach (var client in clients) loop.Return(loop.Connections[client]);
        loop.UntilReady();
    }
}
