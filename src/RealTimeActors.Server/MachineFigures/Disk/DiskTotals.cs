namespace RealTimeActors.Server.MachineFigures.Disk;

/// <summary>What one disk has done since it was plugged in.</summary>
internal readonly record struct DiskTotals(ulong Reads, ulong ReadBytes, ulong Writes, ulong WrittenBytes, ulong BusyMs)
{
    /// <summary>What it did since <paramref name="earlier"/>.</summary>
    internal DiskTotals Since(DiskTotals earlier) => new(
        Counter.Since(Reads, earlier.Reads),
        Counter.Since(ReadBytes, earlier.ReadBytes),
        Counter.Since(Writes, earlier.Writes),
        Counter.Since(WrittenBytes, earlier.WrittenBytes),
        Counter.Since(BusyMs, earlier.BusyMs));
}
