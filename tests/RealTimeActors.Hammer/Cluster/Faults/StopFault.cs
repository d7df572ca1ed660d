using System.Diagnostics;
using RealTimeActors.Hammer.Cluster.Nodes;

namespace RealTimeActors.Hammer.Cluster.Faults;

/// <summary>SIGSTOP of a node until well after its lease, then SIGCONT.</summary>
internal sealed class StopFault(FaultScene scene, NodeProcess node) : IFault
{
    public async Task<FaultResult> StrikeAsync()
    {
        var since = Stopwatch.GetTimestamp();
        await node.SignalAsync("STOP");
        var result = await scene.AgainAsync(node.Name, since);
        await FaultScene.PassAsync(since, scene.PastLease);
        await node.SignalAsync("CONT");
        await scene.EndsByItselfAsync(node);
        return result;
    }
}
