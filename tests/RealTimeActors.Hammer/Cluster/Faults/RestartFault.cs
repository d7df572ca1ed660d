using RealTimeActors.Hammer.Cluster.Nodes;

namespace RealTimeActors.Hammer.Cluster.Faults;

/// <summary>SIGTERM of a node, and its start.</summary>
internal sealed class RestartFault(FaultScene scene, NodeProcess node) : IFault
{
    public Task<FaultResult> StrikeAsync() => scene.ReplaceAsync(node);
}
