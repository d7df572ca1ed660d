using RealTimeActors.Protocol;

namespace RealTimeActors.Server.MachineFigures;

/// <summary>Arithmetic on the kernel's counters, which only grow, until they do not.</summary>
internal static class Counter
{
    /// <summary>
    /// How far a counter moved. One that went back was reset, or it wrapped; which of the two cannot be told from outside, so this
    /// time counts as zero rather than as an invented peak.
    /// </summary>
    internal static ulong Since(ulong now, ulong earlier) => now >= earlier ? now - earlier : 0;

    /// <summary>A movement as a rate in whole units per second, never more than an integer on the wire may be; zero where no time went by.</summary>
    internal static long PerSecond(ulong moved, TimeSpan elapsed) =>
        elapsed <= TimeSpan.Zero ? 0 : (long)Math.Min(Math.Round(moved / elapsed.TotalSeconds), Limits.IntegerMax);
}
