namespace RealTimeActors.Hammer.Cluster.Faults;

/// <summary>How soon publish is to work again, on a machine that has the time for it.</summary>
internal static class Bounds
{
    internal static (TimeSpan P50, TimeSpan P99) Of(FaultKind kind) => kind switch
    {
        FaultKind.KillCore => (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)),
        FaultKind.KillDatabase or FaultKind.FullDatabaseDisk or FaultKind.CutDatabasePower => (TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3)),
        _ => (TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(4)),
    };
}
