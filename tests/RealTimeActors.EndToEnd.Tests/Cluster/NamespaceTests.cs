using RealTimeActors.Hammer.Cluster.Faults;
using RealTimeActors.Hammer.Cluster.Load;
using RealTimeActors.Hammer.Cluster.Nodes;
using Xunit.Abstractions;

namespace RealTimeActors.EndToEnd.Tests.Cluster;

/// <summary>
/// Three nodes of both roles, each in a network namespace of its own, on a PostgreSQL whose disk can be full and lose its power: lines are cut by iptables. One load goes through all faults, and is judged at its end.
/// </summary>
[Collection(NamespaceCollection.Name)]
public sealed class NamespaceTests(ITestOutputHelper output)
{
    private static readonly TimeSpan _lease = TimeSpan.FromSeconds(2);

    // No promise but an end, as in FaultTests.
    private static readonly TimeSpan _bound = TimeSpan.FromSeconds(20);

    private static readonly FaultKind[] _faults =
    [
        FaultKind.CutCoreToEdge, FaultKind.KillCore, FaultKind.CutCoreFromDatabase, FaultKind.StopCore, FaultKind.KillDatabase, FaultKind.FullDatabaseDisk, FaultKind.CutDatabasePower, FaultKind.RollingRestart,
    ];

    [NamespaceFact]
    public async Task Kills_cut_lines_a_full_disk_a_power_cut_and_a_rolling_restart_cost_no_receipt_and_repeat_no_event()
    {
        await using var cluster = await ClusterProcesses.StartAsync(new ClusterShape { Cores = 0, Edges = 0, Both = 3, InNamespaces = true, HasDisk = true, Lease = _lease });
        await using var load = await ClusterLoad.StartAsync(cluster, "namespaces", channels: 3, subscribers: 3);
        var results = new List<FaultResult>();

        for (var i = 0; i < _faults.Length; i++)
            results.Add(await new FaultRunner(cluster, load).RunAsync(_faults[i], cluster.Nodes[i % 3], cluster.Nodes[(i + 1) % 3]));

        var judgement = await load.FinishAsync();
        foreach (var line in results.Select(result => $"{result}").Concat(judgement.Notes))
            output.WriteLine(line);

        Assert.True(judgement.IsGood, $"{string.Join('\n', judgement.Problems)}\n{string.Join('\n', cluster.Nodes.Select(node => $"--- {node.Name} said last:\n{node.Output}"))}");
        Assert.All(results, result => Assert.True(result.Slowest < _bound, $"{result}"));
    }
}
