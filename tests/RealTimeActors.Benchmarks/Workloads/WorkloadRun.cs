using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Peers;

namespace RealTimeActors.Benchmarks.Workloads;

/// <summary>One workload on one fresh server: connect, warm up, measure, then see that nothing is missing.</summary>
internal sealed class WorkloadRun(Peer peer, Workload workload, RunOptions options)
{
    internal async Task<Figures> Measure()
    {
        using var server = await peer.Start(workload, options);
        try
        {
            using var loop = peer.NewLoop(server.Port, workload, options);
            return Measure(server, loop);
        }
        catch (BenchmarkFailure failure)
        {
            throw new BenchmarkFailure($"{peer.Name} {workload.Name}: {failure.Message}{server.LastOutput()}");
        }
    }

    private Figures Measure(ServerProcess server, LoadLoop loop)
    {
        Connect(loop);
        var idle = server.Usage;

        loop.StartPublishing();
        loop.For(options.WarmUp);
        loop.Latencies.Clear();

        var before = (Server: server.Usage, Load: ProcessUsage.Of(Environment.ProcessId), Machine: ProcessUsage.OfMachine(), loop.Deliveries, loop.Answered, loop.Reads);
        var begin = TimeProvider.System.GetTimestamp();
        loop.For(options.Measured);
        var seconds = TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
        var after = (Server: server.Usage, Load: ProcessUsage.Of(Environment.ProcessId), Machine: ProcessUsage.OfMachine(), loop.Deliveries, loop.Answered, loop.Reads);

        var deliveries = after.Deliveries - before.Deliveries;
        var receipts = after.Answered - before.Answered;
        var serverCpu = after.Server.CpuSeconds - before.Server.CpuSeconds;
        var loadCpu = after.Load.CpuSeconds - before.Load.CpuSeconds;
        var figures = new Figures
        {
            Deliveries = deliveries / seconds,
            Receipts = receipts / seconds,
            ServerCpu = serverCpu / seconds,
            PerCpuSecond = (workload.Subscribers > 0 ? deliveries : receipts) / Math.Max(serverCpu, 0.01),
            ReceiptP50Ms = loop.Latencies.Percentile(0.50)?.TotalMilliseconds ?? 0,
            ReceiptP99Ms = loop.Latencies.Percentile(0.99)?.TotalMilliseconds ?? 0,
            IdleMb = idle.ResidentMb,
            PeakMb = after.Server.PeakMb,
            LoadCpu = loadCpu / seconds,
            OtherCpu = Math.Max(0, after.Machine - before.Machine - serverCpu - loadCpu) / seconds,
            EventsPerRead = (double)(deliveries + receipts) / Math.Max(after.Reads - before.Reads, 1),
        };
        SeeThatNothingIsMissing(loop);
        return figures;
    }

    private void Connect(LoadLoop loop)
    {
        for (var index = 0; index < workload.Channels; index++)
        {
            var channel = new LoadChannel($"bench.{workload.Name.ToLowerInvariant()}.{index}", workload.SubscribersPerChannel);
            for (var subscriber = 0; subscriber < workload.SubscribersPerChannel; subscriber++)
            {
                loop.Connect(channel, subscribes: true);
                loop.Turn(timeoutMs: 0);
            }

            _ = new LoadPublisher(loop.Connect(channel, subscribes: false), channel, workload.InFlight, workload.Pace, loop.Latencies);
        }

        loop.Until(
            () => loop.Connections.All(connection => connection.Ready),
            TimeSpan.FromSeconds(30),
            () => $"{loop.Connections.Count(connection => !connection.Ready)} of {loop.Connections.Count} connections to be greeted and subscribed");
    }

    // Every publish was answered once, and every subscriber got every offset up to its channel's last: the loop fails on a hole, this on a missing end.
    private static void SeeThatNothingIsMissing(LoadLoop loop)
    {
        loop.Publishing = false;
        loop.Until(
            () => loop.Connections.All(IsDone),
            TimeSpan.FromSeconds(20),
            () => loop.Connections.First(connection => !IsDone(connection)) is { Subscribes: true } one
                ? $"connection {one.Tag} of '{one.Channel.Name}' to go on from offset {one.Offset} of {one.Channel.Publisher!.Published}"
                : "the last receipts");
        if (loop.Skipped > 0) throw new BenchmarkFailure($"{loop.Skipped} events were skipped; the run asked for all");
    }

    private static bool IsDone(LoadConnection connection) => connection.Subscribes
        ? connection.Offset == connection.Channel.Publisher!.Published
        : connection.Publisher is not { } publisher || publisher.Answered == publisher.Published;
}
