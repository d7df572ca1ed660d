using System.Diagnostics;
using RealTimeActors.Hammer.Cluster.Nodes;

namespace RealTimeActors.Hammer.Cluster.Faults;

/// <summary>kill -9 of a node.</summary>
internal sealed class KillFault(FaultScene scene, NodeProcess node) : IFault
{
    public async Task<FaultResult> StrikeAsync()
    {
        var since = Stopwatch.GetTimestamp();
        await node.KillAsync();
        return await scene.AgainAsync(node.Name, since);
    }
}
