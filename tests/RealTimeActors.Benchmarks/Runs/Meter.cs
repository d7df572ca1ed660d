using System.Diagnostics;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Peers;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Runs;

/// <summary>What a stretch of time cost and brought: begun when it is made, read when the stretch is over.</summary>
internal sealed class Meter
{
    private readonly Trial _trial;
    private readonly long _begin;
    private readonly double _server;
    private readonly double _load;
    private readonly double _machine;
    private readonly long _deliveries;
    private readonly long _answered;
    private readonly long _reads;

    internal Meter(Trial trial)
    {
        _trial = trial;
        _server = trial.Server.Usage.CpuSeconds;
        _load = ProcessUsage.OfThisOne().CpuSeconds;
        _machine = ProcessUsage.OfMachine();
        _deliveries = trial.Loop.Deliveries;
        _answered = trial.Loop.Answered;
        _reads = trial.Loop.Reads;
        _begin = Stopwatch.GetTimestamp();
    }

    internal double Seconds => Stopwatch.GetElapsedTime(_begin).TotalSeconds;

    internal Figures Read()
    {
        var seconds = Seconds;
        var usage = _trial.Server.Usage;
        var server = usage.CpuSeconds - _server;
        var load = ProcessUsage.OfThisOne().CpuSeconds - _load;
        var other = Math.Max(0, ProcessUsage.OfMachine() - _machine - server - load);
        var deliveries = _trial.Loop.Deliveries - _deliveries;
        var receipts = _trial.Loop.Answered - _answered;
        return new Figures
        {
            [Metric.Deliveries] = deliveries / seconds,
            [Metric.Receipts] = receipts / seconds,
            [Metric.ServerCpu] = server / seconds,
            [Metric.ServerCpuSeconds] = server,
            [Metric.PerCpuSecond] = (_trial.Workload.Subscribers > 0 ? deliveries : receipts) / Math.Max(server, 0.01),
            [Metric.PeakMb] = usage.PeakMb,
            [Metric.LoadCpu] = load / seconds,
            [Metric.OtherCpu] = other / seconds,
            [Metric.EventsPerRead] = (double)(deliveries + receipts) / Math.Max(_trial.Loop.Reads - _reads, 1),
        };
    }

    internal static double? Ms(LatencyHistogram latencies, double share) => latencies.Percentile(share)?.TotalMilliseconds;
}
