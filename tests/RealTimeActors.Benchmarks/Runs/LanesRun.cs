using System.Net;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Peers;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Runs;

/// <summary>
/// W8: one subscriber, a few critical events a second on its channel; first by themselves, then while bulk of low priority fills the connection.
/// Bulk may be left out where the reader is slow; a critical event may not.
/// </summary>
internal static class LanesRun
{
    // Ten a second: a p99 is made of all of them, so the time is longer than where a thousand subscribers give samples.
    private const int Longer = 4;

    internal static Figures Measure(Trial trial)
    {
        var (loop, workload) = (trial.Loop, trial.Workload);
        var channel = trial.NewChannel(0);
        var openLoop = new OpenLoop(Workload.CriticalPerSecond);
        var subscriber = loop.Connect(channel, subscribes: true, workload.ReadsPerSecond is null ? null : SocketBuffers.FarAway);
        var bulk = new LoadPublisher(loop.Connect(channel, subscribes: false), channel, workload.InFlight, workload.PayloadBytes, loop.Latencies) { Priority = "low", IsOn = false };
        channel.Publisher = bulk;
        channel.UrgentPublisher = new LoadPublisher(loop.Connect(channel, subscribes: false), channel, inFlight: 256, Workload.CriticalBytes, new LatencyHistogram())
        {
            Priority = "critical",
            OpenLoop = openLoop,
        };
        loop.UntilReady();

        bulk.IsOn = true;
        trial.WarmUp();
        bulk.IsOn = false;
        UntilQuiet(trial, subscriber);
        var figures = new Figures();
        Time(trial, openLoop);
        figures[Metric.IdleP50] = Meter.Ms(openLoop.Latencies, 0.50);
        figures[Metric.IdleP99] = Meter.Ms(openLoop.Latencies, 0.99);

        bulk.IsOn = true;
        if (workload.ReadsPerSecond is { } slow) loop.Slow(subscriber, new ReadPace(slow));
        loop.StartPublishing();
        loop.For(TimeSpan.FromSeconds(2));
        var (published, delivered) = (bulk.Published, channel.Delivered);
        var busy = Time(trial, openLoop);
        var took = channel.Delivered - delivered;
        busy[Metric.IdleP50] = figures[Metric.IdleP50];
        busy[Metric.IdleP99] = figures[Metric.IdleP99];
        busy[Metric.BusyP50] = Meter.Ms(openLoop.Latencies, 0.50);
        busy[Metric.BusyP99] = Meter.Ms(openLoop.Latencies, 0.99);
        busy[Metric.BusyRatio] = busy[Metric.BusyP99] / busy[Metric.IdleP99];
        busy[Metric.BulkMb] = (double)took * workload.PayloadBytes / (trial.Options.Measured.TotalSeconds * Longer) / (1 << 20);
        busy[Metric.StalledBytes] = SocketQueue.Waiting(trial.Server.Port, ((IPEndPoint)subscriber.Socket.LocalEndPoint!).Port) / 1024.0;
        busy[Metric.LeftOut] = Math.Max(0, 1 - took / (double)Math.Max(1, bulk.Published - published));
        UntilQuiet(trial, subscriber);
        return busy;
    }

    private static Figures Time(Trial trial, OpenLoop openLoop)
    {
        trial.Loop.StartPublishing();
        openLoop.Latencies.Clear();
        var meter = new Meter(trial);
        trial.Loop.For(trial.Options.Measured * Longer);
        return meter.Read();
    }

    // Every critical event has come; what of the bulk is still to come, has.
    private static void UntilQuiet(Trial trial, LoadConnection subscriber)
    {
        var urgent = subscriber.Channel.UrgentPublisher!;
        trial.Loop.StopPublishing();
        trial.Loop.Until(() => subscriber.Offset == urgent.Published, TimeSpan.FromSeconds(20), () => $"critical event {subscriber.Offset + 1} of {urgent.Published}");
        for (var before = -1L; before != subscriber.Channel.Delivered;)
        {
            before = subscriber.Channel.Delivered;
            trial.Loop.For(TimeSpan.FromMilliseconds(500));
        }
    }
}
