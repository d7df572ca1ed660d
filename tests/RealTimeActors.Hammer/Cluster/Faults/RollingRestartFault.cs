namespace RealTimeActors.Hammer.Cluster.Faults;

/// <summary>SIGTERM of all nodes, each when the one before is ready again.</summary>
internal sealed class RollingRestartFault(FaultScene scene) : IFault
{
    public async Task<FaultResult> StrikeAsync()
    {
        var again = new List<TimeSpan>();
        foreach (var node in scene.Cluster.Nodes)
            again.AddRange((await scene.ReplaceAsync(node)).Again);

        return new FaultResult(scene.Kind, "all nodes", again);
    }
}
