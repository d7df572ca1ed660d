using System.Diagnostics;
using RealTimeActors.Hammer.Cluster.Disks;
using RealTimeActors.Hammer.Cluster.Load;
using RealTimeActors.Hammer.Cluster.Nodes;

namespace RealTimeActors.Hammer.Cluster.Faults;

/// <summary>What a fault happens to, and how it is measured.</summary>
/// <param name="Kind">Which fault.</param>
/// <param name="Cluster">All of it.</param>
/// <param name="Load">Who notices.</param>
/// <param name="Core">A node with shards that it meets.</param>
/// <param name="Edge">Another node, with connections, that it meets.</param>
/// <param name="Away">How long the database stays away before it is started, where it is the database that is met.</param>
internal sealed record FaultScene(FaultKind Kind, ClusterProcesses Cluster, ClusterLoad Load, NodeProcess Core, NodeProcess Edge, TimeSpan Away)
{
    /// <summary>Well after the lease, by any clock.</summary>
    internal TimeSpan PastLease => Cluster.Lease * 1.5;

    internal LoopDisk Disk => Cluster.Disk ?? throw new InvalidOperationException($"{Kind} is expected where the database has a disk of its own.");

    /// <summary>Measures how soon after this moment each publisher could publish.</summary>
    internal async Task<FaultResult> AgainAsync(string whom, long since) => new(Kind, whom, await Load.PublishesAgainAsync(since));

    /// <summary>The others have declared it dead meanwhile: it finds that out, and ends.</summary>
    internal async Task EndsByItselfAsync(NodeProcess node)
    {
        try
        {
            await node.EndsAsync();
        }
        catch (OperationCanceledException)
        {
            Load.Judgement.Problem($"{node.Name} stood still, or was cut off, for longer than its lease, and did not end when that was over. It said:\n{node.Output}");
        }
    }

    /// <summary>SIGTERM, until publish works again and the node has ended in good order; then it is started again.</summary>
    internal async Task<FaultResult> ReplaceAsync(NodeProcess node)
    {
        var since = Stopwatch.GetTimestamp();
        var stopping = node.StopAsync();
        var result = await AgainAsync(node.Name, since);
        if (await stopping is not 0 and var code)
            Load.Judgement.Problem($"{node.Name} is expected to end with 0 after SIGTERM; {code} came. It said:\n{node.Output}");

        await node.StartAsync();
        return result;
    }

    /// <summary>Waits until so much time has passed: there is no event that tells, since who would tell is stopped or cut off.</summary>
    internal static async Task PassAsync(long since, TimeSpan time)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (Stopwatch.GetElapsedTime(since) < time)
            await pace.WaitForNextTickAsync();
    }
}
