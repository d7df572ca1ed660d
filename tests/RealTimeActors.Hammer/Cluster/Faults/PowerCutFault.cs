using System.Diagnostics;
using RealTimeActors.Hammer.Cluster.Wires;

namespace RealTimeActors.Hammer.Cluster.Faults;

/// <summary>The disk under the database loses its power, and with it what was not synced; the database is started on what is left. It is measured from when it is up again.</summary>
internal sealed class PowerCutFault(FaultScene scene) : IFault
{
    /// <summary>So long it goes on without a disk: whoever gets a receipt now was told what is not true.</summary>
    private static readonly TimeSpan _withoutDisk = TimeSpan.FromMilliseconds(200);

    public async Task<FaultResult> StrikeAsync()
    {
        var since = Stopwatch.GetTimestamp();
        scene.Disk.CutPower();
        await FaultScene.PassAsync(since, _withoutDisk);
        scene.Cluster.Database.Kill();
        await FaultScene.PassAsync(since, scene.Away);
        scene.Disk.RestorePower();
        await scene.Cluster.Database.StartAsync();
        return await scene.AgainAsync(IWires.Database, Stopwatch.GetTimestamp());
    }
}
