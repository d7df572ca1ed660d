using System.Globalization;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>What the kernel says a process and its children have used so far.</summary>
internal readonly record struct ProcessUsage(double CpuSeconds, double ResidentMb, double PeakMb)
{
    // USER_HZ: the unit of /proc/<pid>/stat. It is 100 on every architecture .NET runs on.
    private const double TicksPerSecond = 100;

    internal static ProcessUsage OfThisOne() => OfOne(Environment.ProcessId);

    internal static ProcessUsage Of(int processId)
    {
        var usage = OfOne(processId);
        foreach (var child in ChildrenOf(processId))
        {
            try
            {
                var more = Of(child);
                usage = new ProcessUsage(usage.CpuSeconds + more.CpuSeconds, usage.ResidentMb + more.ResidentMb, usage.PeakMb + more.PeakMb);
            }
            catch (IOException)
            {
                // It ended after it was listed, as a database's processes do.
            }
        }

        return usage;
    }

    private static ProcessUsage OfOne(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        // The second field is the program's name in brackets and may hold anything; the state follows it.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var cpu = (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
        var status = File.ReadAllLines($"/proc/{processId}/status");
        return new ProcessUsage(cpu, Mb(status, "VmRSS:"), Mb(status, "VmHWM:"));
    }

    /// <summary>Bytes that would come free if the process and its children ended (PSS: what is shared counts in parts).</summary>
    internal static double ProportionalBytesOf(int processId) =>
        Mb(File.ReadAllLines($"/proc/{processId}/smaps_rollup"), "Pss:") * 1024 * 1024 + ChildrenOf(processId).Sum(ProportionalBytesOf);

    /// <summary>Processor seconds that all programs of this machine and its kernel have used together.</summary>
    internal static double OfMachine()
    {
        // cpu  user nice system idle iowait irq softirq steal …
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new[] { 1, 2, 3, 6, 7, 8 }.Sum(field => long.Parse(fields[field], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    // The kernel lists children by the thread that started them.
    private static IEnumerable<int> ChildrenOf(int processId) => Directory.EnumerateDirectories($"/proc/{processId}/task")
        .Select(thread => Path.Combine(thread, "children"))
        .Where(File.Exists)
        .SelectMany(file => File.ReadAllText(file).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(id => int.Parse(id, CultureInfo.InvariantCulture));

    private static double Mb(string[] status, string name)
    {
        // A process that has ended and was not collected yet has no memory, and no such line.
        if (status.FirstOrDefault(candidate => candidate.StartsWith(name, StringComparison.Ordinal)) is not { } line) return 0;
        return double.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
    }
}
