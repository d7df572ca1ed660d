namespace RealTimeActors.Server.MachineFigures.Cpu;

/// <summary>The processors at one moment, from <c>/proc/stat</c>.</summary>
/// <param name="All">All of them together.</param>
/// <param name="Cores">Each that is online, by its number, in order.</param>
internal sealed record CpuCounters(CpuTicks All, IReadOnlyList<(int Number, CpuTicks Ticks)> Cores)
{
    /// <summary>Reads the text of <c>/proc/stat</c>; null when it has no line for all processors.</summary>
    internal static CpuCounters? Parse(string text)
    {
        CpuTicks? all = null;
        var cores = new List<(int, CpuTicks)>();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith("cpu", StringComparison.Ordinal))
                continue;

            var nameLength = line.IndexOf(' ');
            if (nameLength < 0 || CpuTicks.Parse(line[nameLength..]) is not { } ticks)
                continue;

            if (nameLength == 3)
                all = ticks;
            else if (int.TryParse(line[3..nameLength], out var number))
                cores.Add((number, ticks));
        }

        return all is { } sum ? new CpuCounters(sum, cores) : null;
    }
}
