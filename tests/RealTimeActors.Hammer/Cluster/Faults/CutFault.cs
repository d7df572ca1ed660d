using System.Diagnostics;
using RealTimeActors.Hammer.Cluster.Wires;

namespace RealTimeActors.Hammer.Cluster.Faults;

/// <summary>Lines of a node are cut for a while: those to and from the database, all of them, or one direction to one other node.</summary>
internal sealed class CutFault(FaultScene scene) : IFault
{
    private bool IsWithoutDatabase => scene.Kind is FaultKind.CutCoreFromDatabase or FaultKind.CutCoreOff;

    public async Task<FaultResult> StrikeAsync()
    {
        var since = Stopwatch.GetTimestamp();
        await scene.Cluster.Wires.ShutAsync(Lines());
        var result = await scene.AgainAsync(scene.Core.Name, since);
        await FaultScene.PassAsync(since, IsWithoutDatabase ? scene.PastLease : scene.Cluster.Lease);
        await scene.Cluster.Wires.OpenAllAsync();
        if (IsWithoutDatabase)
            await scene.EndsByItselfAsync(scene.Core);

        return result;
    }

    private (string From, string To)[] Lines()
    {
        var (core, edge) = (scene.Core.Name, scene.Edge.Name);
        return scene.Kind switch
        {
            FaultKind.CutCoreFromDatabase => Both(core, IWires.Database),
            FaultKind.CutCoreOff => [.. Both(core, IWires.Database), .. scene.Cluster.Nodes.Where(other => other != scene.Core).SelectMany(other => Both(core, other.Name))],
            FaultKind.CutEdgeToCore => [(edge, core)],
            FaultKind.CutCoreToEdge => [(core, edge)],
            _ => throw new InvalidOperationException($"A cut is expected; {scene.Kind} came."),
        };
    }

    private static (string, string)[] Both(string one, string other) => [(one, other), (other, one)];
}
