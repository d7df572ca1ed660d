namespace RealTimeActors.Server.MachineFigures.Cpu;

/// <summary>Clock ticks that one processor (or all of them together) has spent since boot, by what they went into.</summary>
/// <param name="User">Programs, niced ones and guests included.</param>
/// <param name="System">The kernel, interrupts included.</param>
/// <param name="Idle">Nothing to do.</param>
/// <param name="IoWait">Nothing to do but to wait for a disk.</param>
/// <param name="Steal">Taken by the hypervisor for somebody else.</param>
internal readonly record struct CpuTicks(ulong User, ulong System, ulong Idle, ulong IoWait, ulong Steal)
{
    internal ulong Total => User + System + Idle + IoWait + Steal;

    internal double UsedPercent => Percent(User + System + Steal);
    internal double UserPercent => Percent(User);
    internal double SystemPercent => Percent(System);
    internal double IoWaitPercent => Percent(IoWait);
    internal double StealPercent => Percent(Steal);

    /// <summary>Reads the numbers of a <c>cpu…</c> line. Older kernels write fewer of them; what is not there is zero.</summary>
    internal static CpuTicks? Parse(ReadOnlySpan<char> numbers)
    {
        // user nice system idle iowait irq softirq steal; guest and guest_nice follow, and are part of user and nice already.
        Span<ulong> ticks = stackalloc ulong[8];
        var count = 0;
        foreach (var range in numbers.SplitAny(' ', '\t'))
        {
            var number = numbers[range];
            if (number.IsEmpty)
                continue;

            if (count == ticks.Length)
                break;

            if (!ulong.TryParse(number, out ticks[count++]))
                return null;
        }

        return count < 4 ? null : new CpuTicks(ticks[0] + ticks[1], ticks[2] + ticks[5] + ticks[6], ticks[3], ticks[4], ticks[7]);
    }

    /// <summary>What was spent since <paramref name="earlier"/>. A counter that went back (the kernel corrects iowait, a processor was plugged in anew) counts as zero.</summary>
    internal CpuTicks Since(CpuTicks earlier) => new(
        Counter.Since(User, earlier.User),
        Counter.Since(System, earlier.System),
        Counter.Since(Idle, earlier.Idle),
        Counter.Since(IoWait, earlier.IoWait),
        Counter.Since(Steal, earlier.Steal));

    private double Percent(ulong part) => Total == 0 ? 0 : Math.Round(100.0 * part / Total, 1);
}
