namespace RealTimeActors.Server.MachineFigures.Cpu;

/// <summary>How busy the processors were between two looks. Percentages are of all processors together, 0–100, one decimal.</summary>
internal sealed record CpuFigures
{
    public required double UsedPercent { get; init; }
    public required double UserPercent { get; init; }
    public required double SystemPercent { get; init; }
    public required double IoWaitPercent { get; init; }
    public required double StealPercent { get; init; }

    /// <summary>Each processor that is online, in order of its number; null for one that was not online at the earlier look.</summary>
    public required IReadOnlyList<double?> CorePercents { get; init; }

    /// <summary>How many tasks ran or wanted to, on average over 1, 5 and 15 minutes; null where the kernel does not say.</summary>
    public double? Load1 { get; init; }
    public double? Load5 { get; init; }
    public double? Load15 { get; init; }

    internal static CpuFigures Between(CpuCounters earlier, CpuCounters now, LoadAverage? load)
    {
        var all = now.All.Since(earlier.All);
        var ticksBefore = earlier.Cores.ToDictionary(core => core.Number, core => core.Ticks);
        return new CpuFigures
        {
            UsedPercent = all.UsedPercent,
            UserPercent = all.UserPercent,
            SystemPercent = all.SystemPercent,
            IoWaitPercent = all.IoWaitPercent,
            StealPercent = all.StealPercent,
            CorePercents =
            [
                .. now.Cores.Select(core => ticksBefore.TryGetValue(core.Number, out var before) ? core.Ticks.Since(before).UsedPercent : (double?)null),
            ],
            Load1 = load?.OneMinute,
            Load5 = load?.FiveMinutes,
            Load15 = load?.FifteenMinutes,
        };
    }
}
