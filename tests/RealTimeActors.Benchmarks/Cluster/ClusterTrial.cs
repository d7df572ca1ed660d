using System.Diagnostics;
using RealTimeActors.Benchmarks.Dialects;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Runs;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Cluster;

/// <summary>One work on one fresh cluster.</summary>
internal sealed class ClusterTrial(ClusterWork work, Topology topology, ClusterOptions options, ClusterUnderLoad cluster, LoadLoop loop)
{
    private static readonly TimeSpan _burst = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan _break = TimeSpan.FromMilliseconds(120);

    internal ClusterWork Work { get; } = work;

    internal ClusterUnderLoad Cluster { get; } = cluster;

    internal LoadLoop Loop { get; } = loop;

    internal ClusterOptions Options { get; } = options;

    internal static async Task<Figures> Measure(ClusterWork work, Topology topology, ClusterOptions options)
    {
        await using var cluster = await ClusterUnderLoad.Start(work, topology, options);
        try
        {
            using var loop = new LoadLoop<RealTimeProto>(new RealTimeProto(work.Confirm), cluster.Entrances) { AckEvery = work.AckEvery };
            var trial = new ClusterTrial(work, topology, options, cluster, loop);
            return work.Kind == ClusterWorkKind.Connections ? await ConnectionsRun.Measure(trial) : await trial.Messages();
        }
        catch (BenchmarkFailure failure)
        {
            throw new BenchmarkFailure($"{failure.Message}{cluster.LastOutput()}");
        }
    }

    internal LoadChannel NewChannel(string name) => new($"bench.{Work.Name}.{name}", Work.SubscribersPerChannel);

    private async Task<Figures> Messages()
    {
        var openLoop = Work.PerSecond > 0 ? new OpenLoop(Work.PerSecond) : null;
        for (var index = 0; index < Work.Channels; index++) Connect(NewChannel($"{index}"), openLoop);
        Loop.UntilReady();

        WarmUp();

        Loop.Latencies.Clear();
        openLoop?.Latencies.Clear();
        var before = await Cluster.SpentSoFar();
        var (begin, answered, delivered) = (Stopwatch.GetTimestamp(), Loop.Answered, Loop.Deliveries);
        Loop.For(Work.Kind == ClusterWorkKind.Paced ? Options.Measured * OpenLoopRun.Longer : Options.Measured);
        var after = await Cluster.SpentSoFar();
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var figures = ClusterFigures.Of(Work, topology, Options.Share, after - before, seconds, Loop.Answered - answered, Loop.Deliveries - delivered);
        figures[Metric.ReceiptP50] = Meter.Ms(Loop.Latencies, 0.50);
        figures[Metric.ReceiptP99] = Meter.Ms(Loop.Latencies, 0.99);
        if (openLoop is not null)
        {
            figures[Metric.LatencyP50] = Meter.Ms(openLoop.Latencies, 0.50);
            figures[Metric.LatencyP99] = Meter.Ms(openLoop.Latencies, 0.99);
            figures[Metric.LatencyMax] = Meter.Ms(openLoop.Latencies, 1);
        }

        Loop.SeeThatNothingIsMissing();
        return figures;
    }

    /// <summary>
    /// Compiling takes more than a share, so that comes last, and the last third is as what is measured. Until then there are breaks: nodes that get busy report it, and would be
    /// given fewer shards for as long as one looks busier than the other.
    /// </summary>
    private void WarmUp()
    {
        for (var spent = TimeSpan.Zero; spent < Options.WarmUp * (2.0 / 3); spent += _burst + _break)
        {
            Loop.StartPublishing();
            Loop.For(_burst);
            Loop.StopPublishing();
            Loop.For(_break);
        }

        Cluster.Limit(Work.Limited, Options.Share);
        Loop.StartPublishing();
        Loop.For(Options.WarmUp / 3);
    }

    private void Connect(LoadChannel channel, OpenLoop? openLoop)
    {
        for (var subscriber = 0; subscriber < Work.SubscribersPerChannel; subscriber++) Loop.Connect(channel, subscribes: true);
        // What an open loop has under way at once is not bounded by anything but what is remembered of it.
        channel.Publisher = new LoadPublisher(Loop.Connect(channel, subscribes: false), channel, openLoop is null ? Work.InFlight : 4_096, Work.PayloadBytes, Loop.Latencies)
        {
            Pace = Work.Pace,
            OpenLoop = openLoop,
        };
    }
}
