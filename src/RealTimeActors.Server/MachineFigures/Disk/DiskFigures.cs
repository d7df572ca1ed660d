namespace RealTimeActors.Server.MachineFigures.Disk;

/// <summary>What all real disks together did between two looks.</summary>
internal sealed record DiskFigures
{
    public required long ReadBytesPerSecond { get; init; }
    public required long WrittenBytesPerSecond { get; init; }
    public required long ReadsPerSecond { get; init; }
    public required long WritesPerSecond { get; init; }

    /// <summary>The busiest disk's share of the time with at least one request under way; 0–100, one decimal.</summary>
    public required double BusyPercent { get; init; }

    /// <summary>How many disks were counted.</summary>
    public required int Disks { get; init; }

    /// <summary>A disk that is new counts from the next look on; one that is gone no longer counts.</summary>
    internal static DiskFigures Between(DiskCounters earlier, DiskCounters now, TimeSpan elapsed)
    {
        var sum = default(DiskTotals);
        var busyMsMax = 0UL;
        foreach (var (name, totals) in now.Disks)
        {
            if (!earlier.Disks.TryGetValue(name, out var before))
                continue;

            var moved = totals.Since(before);
            busyMsMax = Math.Max(busyMsMax, moved.BusyMs);
            sum = new DiskTotals(
                sum.Reads + moved.Reads, sum.ReadBytes + moved.ReadBytes, sum.Writes + moved.Writes, sum.WrittenBytes + moved.WrittenBytes, busyMsMax);
        }

        return new DiskFigures
        {
            ReadBytesPerSecond = Counter.PerSecond(sum.ReadBytes, elapsed),
            WrittenBytesPerSecond = Counter.PerSecond(sum.WrittenBytes, elapsed),
            ReadsPerSecond = Counter.PerSecond(sum.Reads, elapsed),
            WritesPerSecond = Counter.PerSecond(sum.Writes, elapsed),
            BusyPercent = elapsed <= TimeSpan.Zero ? 0 : Math.Min(100, Math.Round(100.0 * busyMsMax / elapsed.TotalMilliseconds, 1)),
            Disks = now.Disks.Count,
        };
    }
}
