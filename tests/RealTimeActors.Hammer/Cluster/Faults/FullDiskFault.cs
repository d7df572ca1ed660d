using System.Data.Common;
using System.Diagnostics;
using RealTimeActors.Hammer.Cluster.Wires;

namespace RealTimeActors.Hammer.Cluster.Faults;

/// <summary>The database's disk is full for a while: it refuses, or ends by itself when its log finds no room. Then there is room again, and it is started where it has ended. It is measured from when it is up again.</summary>
internal sealed class FullDiskFault(FaultScene scene) : IFault
{
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(50);

    public async Task<FaultResult> StrikeAsync()
    {
        var since = Stopwatch.GetTimestamp();
        scene.Disk.FillUp();
        await FaultScene.PassAsync(since, scene.Cluster.Lease);
        scene.Disk.MakeRoom();
        await ComesUpAsync();
        return await scene.AgainAsync(IWires.Database, Stopwatch.GetTimestamp());
    }

    private async Task ComesUpAsync()
    {
        using var pace = new PeriodicTimer(_betweenLooks);
        for (var patience = Stopwatch.StartNew(); ;)
        {
            try
            {
                if (!scene.Cluster.Database.IsRunning)
                {
                    scene.Cluster.Database.Kill();
                    await scene.Cluster.Database.StartAsync();
                }

                await scene.Cluster.Database.ExecuteAsync("SELECT 1");
                return;
            }
            catch (Exception notYet) when (notYet is DbException or InvalidOperationException && patience.Elapsed < TimeSpan.FromMinutes(1))
            {
                // It is still putting itself in order, or ended while it was asked.
                await pace.WaitForNextTickAsync();
            }
        }
    }
}
