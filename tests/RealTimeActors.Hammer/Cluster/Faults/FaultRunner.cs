using System.Diagnostics;
using RealTimeActors.Hammer.Cluster.Load;
using RealTimeActors.Hammer.Cluster.Nodes;

namespace RealTimeActors.Hammer.Cluster.Faults;

/// <summary>Does to a cluster under load what is to happen, measures how soon it publishes again, and makes everything whole.</summary>
internal sealed class FaultRunner(ClusterProcesses cluster, ClusterLoad load)
{
    /// <summary>Returns when the fault is over, all nodes are ready, and every publisher has published since.</summary>
    /// <param name="kind">What.</param>
    /// <param name="core">The node with shards that it meets.</param>
    /// <param name="edge">The node with connections that it meets, another one.</param>
    /// <param name="away">How long the database stays away, where it is met.</param>
    internal async Task<FaultResult> RunAsync(FaultKind kind, NodeProcess core, NodeProcess edge, TimeSpan away = default)
    {
        load.Judgement.Begin($"{kind} of {core.Name}, {edge.Name}");
        var result = await FaultOf(new FaultScene(kind, cluster, load, core, edge, away)).StrikeAsync();
        load.Judgement.Begin($"after {kind} of {core.Name}, {edge.Name}");
        var ended = await cluster.RestoreAsync();
        Judge(kind, result.Node, ended);
        await load.PublishesAgainAsync(Stopwatch.GetTimestamp());
        return result;
    }

    private static IFault FaultOf(FaultScene scene) => scene.Kind switch
    {
        FaultKind.KillCore => new KillFault(scene, scene.Core),
        FaultKind.KillEdge => new KillFault(scene, scene.Edge),
        FaultKind.StopCore => new StopFault(scene, scene.Core),
        FaultKind.StopEdge => new StopFault(scene, scene.Edge),
        FaultKind.RestartCore => new RestartFault(scene, scene.Core),
        FaultKind.RestartEdge => new RestartFault(scene, scene.Edge),
        FaultKind.RollingRestart => new RollingRestartFault(scene),
        FaultKind.KillDatabase => new KillDatabaseFault(scene),
        FaultKind.FullDatabaseDisk => new FullDiskFault(scene),
        FaultKind.CutDatabasePower => new PowerCutFault(scene),
        _ => new CutFault(scene),
    };

    /// <summary>Only who was met may have ended.</summary>
    private void Judge(FaultKind kind, string met, IReadOnlyList<NodeProcess> ended)
    {
        foreach (var node in ended.Where(node => node.Name != met))
            load.Judgement.Note($"{node.Name} has ended after {kind} of {met}, and was started again.");
    }
}
