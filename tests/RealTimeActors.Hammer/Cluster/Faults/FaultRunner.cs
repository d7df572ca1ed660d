using System.Diagnostics;
using RealTimeActors.Hammer.Cluster.Load;
using RealTimeActors.Hammer.Cluster.Nodes;
using RealTimeActors.Hammer.Cluster.Wires;

namespace RealTimeActors.Hammer.Cluster.Faults;

/// <summary>Does to a cluster under load what is to happen, measures how soon it publishes again, and makes everything whole.</summary>
internal sealed class FaultRunner(ClusterProcesses cluster, ClusterLoad load)
{
    // Well past the lease, by any clock.
    private TimeSpan PastLease => cluster.Lease * 1.5;

    /// <summary>Returns when the fault is over, all nodes are ready, and every publisher has published since.</summary>
    /// <param name="kind">What.</param>
    /// <param name="core">The node with shards that it meets.</param>
    /// <param name="edge">The node with connections that it meets.</param>
    internal async Task<FaultResult> RunAsync(FaultKind kind, NodeProcess core, NodeProcess edge)
    {
        var result = kind switch
        {
            FaultKind.KillCore => await KillAsync(kind, core),
            FaultKind.KillEdge => await KillAsync(kind, edge),
            FaultKind.StopCore => await StopAsync(kind, core),
            FaultKind.StopEdge => await StopAsync(kind, edge),
            FaultKind.RestartCore => await RestartAsync(kind, core),
            FaultKind.RestartEdge => await RestartAsync(kind, edge),
            FaultKind.KillDatabase => await KillDatabaseAsync(),
            FaultKind.CutCoreFromDatabase => await CutAsync(kind, core, PastLease, () => cluster.Gates.ShutBoth(core.Name, Gates.Database)),
            FaultKind.CutCoreOff => await CutAsync(kind, core, PastLease, () => CutOff(core)),
            FaultKind.CutEdgeToCore => await CutAsync(kind, core, cluster.Lease, () => cluster.Gates.Shut(edge.Name, core.Name)),
            _ => await CutAsync(kind, core, cluster.Lease, () => cluster.Gates.Shut(core.Name, edge.Name)),
        };

        var ended = await cluster.RestoreAsync();
        Judge(kind, kind is FaultKind.KillEdge or FaultKind.StopEdge or FaultKind.RestartEdge ? edge : core, ended);
        await load.PublishesAgainAsync(Stopwatch.GetTimestamp());
        return result;
    }

    private async Task<FaultResult> KillAsync(FaultKind kind, NodeProcess node)
    {
        var since = Stopwatch.GetTimestamp();
        await node.KillAsync();
        return await AgainAsync(kind, node, since);
    }

    private async Task<FaultResult> StopAsync(FaultKind kind, NodeProcess node)
    {
        var since = Stopwatch.GetTimestamp();
        await node.SignalAsync("STOP");
        var result = await AgainAsync(kind, node, since);
        await PassAsync(since, PastLease);
        await node.SignalAsync("CONT");

        await EndsByItselfAsync(node);
        return result;
    }

    /// <summary>The others have declared it dead meanwhile: it finds that out, and ends.</summary>
    private async Task EndsByItselfAsync(NodeProcess node)
    {
        try
        {
            await node.EndsAsync();
        }
        catch (OperationCanceledException)
        {
            load.Judgement.Problem($"{node.Name} stood still, or was cut off, for longer than its lease, and did not end when that was over. It said:\n{node.Output}");
        }
    }

    private async Task<FaultResult> RestartAsync(FaultKind kind, NodeProcess node)
    {
        var since = Stopwatch.GetTimestamp();
        var stopping = node.StopAsync();
        var result = await AgainAsync(kind, node, since);
        if (await stopping is not 0 and var code)
            load.Judgement.Problem($"{node.Name} is expected to end with 0 after SIGTERM; {code} came. It said:\n{node.Output}");

        await node.StartAsync();
        return result;
    }

    private async Task<FaultResult> KillDatabaseAsync()
    {
        cluster.Database.Kill();
        await cluster.Database.StartAsync();
        var since = Stopwatch.GetTimestamp();
        return new FaultResult(FaultKind.KillDatabase, Gates.Database, await load.PublishesAgainAsync(since));
    }

    private async Task<FaultResult> CutAsync(FaultKind kind, NodeProcess node, TimeSpan during, Action cut)
    {
        var since = Stopwatch.GetTimestamp();
        cut();
        var result = await AgainAsync(kind, node, since);
        await PassAsync(since, during);
        cluster.Gates.OpenAll();
        if (kind is FaultKind.CutCoreFromDatabase or FaultKind.CutCoreOff)
            await EndsByItselfAsync(node);

        return result;
    }

    private void CutOff(NodeProcess node)
    {
        cluster.Gates.ShutBoth(node.Name, Gates.Database);
        foreach (var other in cluster.Nodes.Where(other => other != node))
            cluster.Gates.ShutBoth(node.Name, other.Name);
    }

    private async Task<FaultResult> AgainAsync(FaultKind kind, NodeProcess node, long since) => new(kind, node.Name, await load.PublishesAgainAsync(since));

    /// <summary>Only who was met may have ended.</summary>
    private void Judge(FaultKind kind, NodeProcess met, IReadOnlyList<NodeProcess> ended)
    {
        foreach (var node in ended.Where(node => node != met))
            load.Judgement.Note($"{node.Name} has ended after {kind} of {met.Name}, and was started again.");
    }

    private static async Task PassAsync(long since, TimeSpan time)
    {
        // Until the lease has run out by the clock: there is no event that tells, since who would tell is stopped or cut off.
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (Stopwatch.GetElapsedTime(since) < time)
            await pace.WaitForNextTickAsync();
    }
}
