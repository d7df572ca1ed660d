using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Runs;

/// <summary>W2: events at fixed moments; each delivery is a sample, counted from the moment at which its event was meant to leave.</summary>
internal static class OpenLoopRun
{
    /// <summary>So many times as long as other work: 100 events in two seconds would make p99 the one event that was slowest.</summary>
    internal const int Longer = 4;

    internal static Figures Measure(Trial trial)
    {
        var openLoop = new OpenLoop(trial.Workload.PerSecond);
        trial.Connect(openLoop);
        trial.WarmUp();

        var figures = MeasureOnce(trial, openLoop);
        trial.SeeThatNothingIsMissing();
        return figures;
    }

    /// <summary>Goes on publishing for four times the measured time and says how late the deliveries of it were.</summary>
    internal static Figures MeasureOnce(Trial trial, OpenLoop openLoop)
    {
        openLoop.Latencies.Clear();
        trial.Loop.Latencies.Clear();
        var meter = new Meter(trial);
        trial.Loop.For(trial.Options.Measured * Longer);
        var figures = meter.Read();
        figures[Metric.LatencyP50] = Meter.Ms(openLoop.Latencies, 0.50);
        figures[Metric.LatencyP99] = Meter.Ms(openLoop.Latencies, 0.99);
        figures[Metric.LatencyMax] = Meter.Ms(openLoop.Latencies, 1);
        figures[Metric.ReceiptP50] = Meter.Ms(trial.Loop.Latencies, 0.50);
        return figures;
    }
}
