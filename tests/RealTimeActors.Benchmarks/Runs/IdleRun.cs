using System.Diagnostics;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Runs;

/// <summary>W3: the server's memory before, and after so many connections have come and it has settled.</summary>
internal static class IdleRun
{
    private const double SettledWithin = 0.005;
    private static readonly TimeSpan _settlesWithin = TimeSpan.FromSeconds(8);

    internal static Figures Measure(Trial trial)
    {
        var count = trial.Workload.Subscribers;
        var (pss, resident) = (trial.Server.ProportionalBytes, trial.Server.Usage.ResidentMb);
        var begin = Stopwatch.GetTimestamp();
        for (var index = 0; index < count; index++) trial.Loop.Connect(trial.NewChannel(index), subscribes: true);
        trial.Loop.UntilReady();
        var connecting = Stopwatch.GetElapsedTime(begin).TotalSeconds;

        var meter = new Meter(trial);
        var settled = UntilSettled(trial);
        var figures = meter.Read();
        figures[Metric.BytesPerConnection] = (settled - pss) / count;
        figures[Metric.ResidentPerConnection] = (trial.Server.Usage.ResidentMb - resident) * 1024 * 1024 / count;
        figures[Metric.IdleMb] = resident;
        figures[Metric.ConnectsPerSecond] = count / connecting;
        return figures;
    }

    // Settled is when a second changes next to nothing, twice in a row; a collector may take its time to give back.
    private static double UntilSettled(Trial trial)
    {
        var quiet = 0;
        var before = trial.Server.ProportionalBytes;
        for (var begin = Stopwatch.GetTimestamp(); quiet < 2 && Stopwatch.GetElapsedTime(begin) < _settlesWithin;)
        {
            trial.Loop.For(TimeSpan.FromSeconds(1));
            var now = trial.Server.ProportionalBytes;
            quiet = Math.Abs(now - before) < before * SettledWithin ? quiet + 1 : 0;
            before = now;
        }

        return before;
    }
}
