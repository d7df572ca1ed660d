using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Runs;

/// <summary>W1, W1-K1, W4, W5: connect, warm up, measure, then see that nothing is missing.</summary>
internal static class ThroughputRun
{
    internal static Figures Measure(Trial trial)
    {
        trial.Connect();
        var idle = trial.Server.Usage;
        trial.WarmUp();

        trial.Loop.Latencies.Clear();
        var meter = new Meter(trial);
        trial.Loop.For(trial.Options.Measured);
        var figures = meter.Read();
        figures[Metric.ReceiptP50] = Meter.Ms(trial.Loop.Latencies, 0.50);
        figures[Metric.ReceiptP99] = Meter.Ms(trial.Loop.Latencies, 0.99);
        figures[Metric.IdleMb] = idle.ResidentMb;
        trial.SeeThatNothingIsMissing();

        if (trial.Workload.Durability == Durability.Durable)
        {
            var flushes = DiskFlush.Measure(trial.Server.Folder, TimeSpan.FromMilliseconds(500));
            figures[Metric.FlushP50] = Meter.Ms(flushes, 0.50);
            figures[Metric.FlushP99] = Meter.Ms(flushes, 0.99);
        }

        return figures;
    }
}
