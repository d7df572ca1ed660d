using System.Net;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Peers;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Runs;

/// <summary>
/// W7: the open loop of W2, measured with everybody reading, and again after one has stopped and the kernel takes no more for it. Its buffers are
/// small and events come faster meanwhile, so that this is soon; that it is so is looked up, not assumed.
/// </summary>
internal static class StalledReaderRun
{
    /// <summary>Five times the measured rate: a server whose sockets take megabytes is full within its time, and no contender falls behind.</summary>
    private const int FillFactor = 5;

    private static readonly TimeSpan _fillsWithin = TimeSpan.FromSeconds(90);

    internal static Figures Measure(Trial trial)
    {
        var openLoop = new OpenLoop(trial.Workload.PerSecond);
        trial.Connect(openLoop);
        var channel = trial.Loop.Connections[0].Channel;
        var stalled = trial.Loop.Connect(channel, subscribes: true, SocketBuffers.Tiny);
        trial.Loop.UntilReady();
        trial.WarmUp();
        var figures = OpenLoopRun.MeasureOnce(trial, openLoop);

        trial.Loop.Slow(stalled, pace: null);
        GoOnWith(trial.Workload.PerSecond * FillFactor);
        UntilStuck(trial, stalled);
        GoOnWith(trial.Workload.PerSecond);
        trial.Loop.For(TimeSpan.FromSeconds(1));
        var with = OpenLoopRun.MeasureOnce(trial, openLoop);
        figures[Metric.StalledBytes] = Waiting(trial, stalled) / 1024.0;
        figures[Metric.StalledP50] = with[Metric.LatencyP50];
        figures[Metric.StalledP99] = with[Metric.LatencyP99];
        figures[Metric.StalledRatio] = with[Metric.LatencyP99] / figures[Metric.LatencyP99];
        trial.SeeThatNothingIsMissing();
        return figures;

        void GoOnWith(int perSecond)
        {
            openLoop.PerSecond = perSecond;
            trial.Loop.StartPublishing();
        }
    }

    // Full is when a second brings nothing more into the server's side of the socket.
    private static void UntilStuck(Trial trial, LoadConnection stalled)
    {
        var before = -1L;
        for (var spent = TimeSpan.Zero; spent < _fillsWithin; spent += TimeSpan.FromSeconds(1))
        {
            trial.Loop.For(TimeSpan.FromSeconds(1));
            var waiting = Waiting(trial, stalled);
            if (waiting > 0 && waiting == before) return;
            before = waiting;
        }

        throw new BenchmarkFailure($"the buffers of the one that does not read were not full after {_fillsWithin.TotalSeconds:0} s ({before} bytes)");
    }

    private static long Waiting(Trial trial, LoadConnection stalled) => SocketQueue.Waiting(trial.Server.Port, ((IPEndPoint)stalled.Socket.LocalEndPoint!).Port);
}
