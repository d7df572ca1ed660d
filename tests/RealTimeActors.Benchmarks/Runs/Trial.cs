using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Peers;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Runs;

/// <summary>One workload on one fresh server: what every kind of run needs, and the steps they share.</summary>
internal sealed class Trial(Peer peer, Workload workload, RunOptions options, ServerProcess server, LoadLoop loop)
{
    internal Peer Peer { get; } = peer;

    internal Workload Workload { get; } = workload;

    internal RunOptions Options { get; } = options;

    internal ServerProcess Server { get; } = server;

    internal LoadLoop Loop { get; } = loop;

    /// <summary>
    /// A server that compiles as it runs gets all of the warm-up, and eight times as much where few events a second let it count calls: with 3 s W2's p99 was 30 ms (SignalR 101, the floor 21), with 30 s 15 (the floor 13).
    /// </summary>
    private TimeSpan WarmUpTime => !Peer.IsCompiledAsItRuns ? Options.WarmUp / 3 : Workload.PerSecond > 0 ? Options.WarmUp * 8 : Options.WarmUp;

    internal static async Task<Figures> Measure(Peer peer, Workload workload, RunOptions options)
    {
        using var server = await peer.Start(workload, options);
        try
        {
            using var loop = peer.NewLoop(server, workload, options);
            var trial = new Trial(peer, workload, options, server, loop);
            return workload.Kind switch
            {
                WorkloadKind.Throughput => ThroughputRun.Measure(trial),
                WorkloadKind.OpenLoop => OpenLoopRun.Measure(trial),
                WorkloadKind.StalledReader => StalledReaderRun.Measure(trial),
                WorkloadKind.Idle => IdleRun.Measure(trial),
                WorkloadKind.ComeBack => ComeBackRun.Measure(trial),
                _ => LanesRun.Measure(trial),
            };
        }
        catch (BenchmarkFailure failure)
        {
            throw new BenchmarkFailure($"{failure.Message}{server.LastOutput()}");
        }
    }

    internal LoadChannel NewChannel(int index) => new($"bench.{Workload.Name.ToLowerInvariant()}.{index}", Workload.SubscribersPerChannel);

    /// <summary>All subscribers, and for each channel a publisher that goes by <paramref name="openLoop"/> where there is one.</summary>
    internal void Connect(OpenLoop? openLoop = null)
    {
        for (var index = 0; index < Workload.Channels; index++)
        {
            var channel = NewChannel(index);
            for (var subscriber = 0; subscriber < Workload.SubscribersPerChannel; subscriber++) Loop.Connect(channel, subscribes: true);
            // What an open loop has under way at once is not bounded by anything but what is remembered of it.
            channel.Publisher = new LoadPublisher(Loop.Connect(channel, subscribes: false), channel, openLoop is null ? Workload.InFlight : 4_096, Workload.PayloadBytes, Loop.Latencies, Workload.Fields)
            {
                Pace = Workload.Pace,
                OpenLoop = openLoop,
            };
        }

        Loop.UntilReady();
    }

    /// <summary>
    /// Publishes for the time of the warm-up. What compiles as it runs gets breaks, and the load's processor besides its own: its compiler works in the
    /// background, and beside a busy server on one processor it would still be at it after ten seconds. The last fifth is as what is measured.
    /// </summary>
    internal void WarmUp()
    {
        var cpus = Options.ServerCpusOf(Workload);
        if (Peer.IsCompiledAsItRuns && !cpus.IsEmpty && !Options.LoadCpus.IsEmpty) Server.MoveTo(new CpuSet($"{cpus.List},{Options.LoadCpus.List}"));
        if (Workload.PerSecond > 0)
        {
            Loop.StartPublishing();
            Loop.For(WarmUpTime * 0.8);
        }
        else
        {
            var shift = TimeSpan.FromMilliseconds(60);
            for (var spent = TimeSpan.Zero; spent < WarmUpTime * 0.8; spent += shift * 2)
            {
                Loop.StartPublishing();
                Loop.For(shift);
                Loop.StopPublishing();
                Loop.For(shift);
            }

            Loop.StartPublishing();
        }

        if (Peer.IsCompiledAsItRuns) Server.MoveTo(cpus);
        Loop.For(WarmUpTime * 0.2);
    }

    /// <summary>See <see cref="LoadLoop.SeeThatNothingIsMissing"/>.</summary>
    internal void SeeThatNothingIsMissing() => Loop.SeeThatNothingIsMissing();
}
