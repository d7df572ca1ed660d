using System.Diagnostics;

namespace RealTimeActors.Hosting.Clustering;

/// <summary>How much of the machine's processors this process has used since it was looked at last: 0 nothing, 1 all of them.</summary>
internal sealed class ProcessorLoad
{
    private TimeSpan _used = Environment.CpuUsage.TotalTime;
    private long _at = Stopwatch.GetTimestamp();

    /// <summary>Called by one actor only.</summary>
    internal double Look()
    {
        var (used, at) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        var passed = Stopwatch.GetElapsedTime(_at, at) * Environment.ProcessorCount;
        var load = passed > TimeSpan.Zero ? Math.Clamp((used - _used) / passed, 0, 1) : 0;
        (_used, _at) = (used, at);
        return load;
    }
}
