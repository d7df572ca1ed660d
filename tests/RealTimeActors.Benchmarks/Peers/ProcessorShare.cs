using System.Globalization;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>
/// A part of one processor, and no more of it, for one process: a control group with a quota, so that on a machine of two processors a second node brings what it would bring elsewhere. Takes root. Gone with
/// <see cref="Dispose"/>, which has to come after the end of the process.
/// </summary>
internal sealed class ProcessorShare : IDisposable
{
    /// <summary>A process that has used its part stands still until the next period begins: with the kernel's own 100 ms that would be most of what is measured as latency.</summary>
    private const int PeriodMicros = 10_000;

    /// <summary>The least that the kernel takes.</summary>
    private const int QuotaMicrosMin = 1_000;

    private const string First = "/sys/fs/cgroup/cpu";
    private const string Second = "/sys/fs/cgroup";
    private static int _count;

    private readonly string _folder;

    internal ProcessorShare(double processors)
    {
        if (WhyNot() is { } reason) throw new BenchmarkFailure(reason);
        var parent = IsFirst ? First : Second;
        _folder = Directory.CreateDirectory(Path.Combine(parent, $"realtime-bench-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}")).FullName;
        foreach (var (file, text) in Settings(processors, IsFirst)) File.WriteAllText(Path.Combine(_folder, file), text);
    }

    private static bool IsFirst => File.Exists(Path.Combine(First, "cpu.cfs_quota_us"));

    /// <summary>Why there can be none here; null: there can.</summary>
    internal static string? WhyNot()
    {
        const string Otherwise = "--share 0 does without, and shows no scaling where the machine is the limit";
        if (Environment.UserName != "root") return $"a share of a processor is a control group, which takes root ({Otherwise})";
        if (IsFirst) return null;
        var controllers = Path.Combine(Second, "cgroup.subtree_control");
        return File.Exists(controllers) && File.ReadAllText(controllers).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Contains("cpu") ? null
            : $"there is neither {First}/cpu.cfs_quota_us nor 'cpu' in {controllers}: no control groups for processors ({Otherwise})";
    }

    /// <summary>The files of a control group, and what is written into them: of the first version of the kernel's interface, or of the second.</summary>
    internal static IReadOnlyList<(string File, string Text)> Settings(double processors, bool isFirst)
    {
        var quota = (int)Math.Round(processors * PeriodMicros);
        if (quota < QuotaMicrosMin)
            throw new BenchmarkFailure($"a share of at least {(double)QuotaMicrosMin / PeriodMicros:0.##} of a processor is expected, got {processors.ToString(CultureInfo.InvariantCulture)}");
        return isFirst ? [("cpu.cfs_period_us", $"{PeriodMicros}"), ("cpu.cfs_quota_us", $"{quota}")] : [("cpu.max", $"{quota} {PeriodMicros}")];
    }

    /// <summary>Holds a process with all its threads to it from now on.</summary>
    internal void Take(int processId) => File.WriteAllText(Path.Combine(_folder, "cgroup.procs"), processId.ToString(CultureInfo.InvariantCulture));

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder);
    }
}
