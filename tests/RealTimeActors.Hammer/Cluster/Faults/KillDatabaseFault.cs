using System.Diagnostics;
using RealTimeActors.Hammer.Cluster.Wires;

namespace RealTimeActors.Hammer.Cluster.Faults;

/// <summary>kill -9 of all of PostgreSQL, and its start, at once or later. It is measured from when it is up again.</summary>
internal sealed class KillDatabaseFault(FaultScene scene) : IFault
{
    public async Task<FaultResult> StrikeAsync()
    {
        var since = Stopwatch.GetTimestamp();
        scene.Cluster.Database.Kill();
        await FaultScene.PassAsync(since, scene.Away);
        await scene.Cluster.Database.StartAsync();
        return await scene.AgainAsync(IWires.Database, Stopwatch.GetTimestamp());
    }
}
