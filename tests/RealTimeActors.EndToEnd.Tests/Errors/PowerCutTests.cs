using RealTimeActors.EndToEnd.Tests.Infrastructure;
using RealTimeActors.EndToEnd.Tests.Kills;
using RealTimeActors.Hammer.Cluster.Disks;

namespace RealTimeActors.EndToEnd.Tests.Errors;

/// <summary>A disk that loses its power under a server alone: what it was not told to keep is gone, and every receipt is true all the same.</summary>
public sealed class PowerCutTests
{
    private const string Channel = "orders.all";
    private const int Cuts = 3;

    [LoopDiskFact]
    public async Task Nothing_that_has_a_receipt_is_lost_when_the_disk_loses_its_power()
    {
        using var disk = LoopDisk.Make(mebibytes: 64);
        await using var server = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false", $"realtime.data-directory={disk.Path}");
        var publisher = new Publisher(server, Channel, mayBeRefused: true);

        for (var cut = 1; cut <= Cuts; cut++)
        {
            var isCut = await publisher.BeginAsync(cut);
            disk.CutPower();
            await server.KillAsync();
            await isCut;
            disk.RestorePower();
            await server.RestartAsync();
        }

        await publisher.FinishAsync();
        await publisher.AssertLoggedAsync();
        await server.KillAsync();
    }
}
