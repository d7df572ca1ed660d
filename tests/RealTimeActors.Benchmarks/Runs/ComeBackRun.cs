using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Runs;

/// <summary>
/// W6: everybody follows and acks, everybody drops, so many events are published, everybody comes back at once and shows who they were. Measured from the
/// first connection until the last client has the last event, handshakes included.
/// </summary>
internal static class ComeBackRun
{
    internal static Figures Measure(Trial trial)
    {
        var loop = trial.Loop;
        // First once with a few, so that the way back is not compiled while it is measured.
        trial.Connect();
        var subscribers = loop.Connections.Where(connection => connection.Subscribes).ToList();
        if (trial.Peer.IsCompiledAsItRuns) DropAndReturn(trial, subscribers[..(subscribers.Count / 5)]);

        return DropAndReturn(trial, [.. loop.Connections.Where(connection => connection.Subscribes)]);
    }

    private static Figures DropAndReturn(Trial trial, IReadOnlyList<LoadConnection> leaving)
    {
        var loop = trial.Loop;
        Publish(trial, trial.Workload.Behind);
        trial.SeeThatNothingIsMissing();
        loop.AckAll();
        loop.For(TimeSpan.FromSeconds(1));
        foreach (var connection in leaving) LoadLoop.Drop(connection);
        loop.For(TimeSpan.FromSeconds(1));
        Publish(trial, trial.Workload.Behind);

        var meter = new Meter(trial);
        foreach (var connection in leaving) loop.Return(connection);
        loop.UntilReady();
        var ready = meter.Seconds;
        trial.SeeThatNothingIsMissing();
        var figures = meter.Read();
        figures[Metric.SecondsToReady] = ready;
        figures[Metric.SecondsToHead] = meter.Seconds;
        return figures;
    }

    private static void Publish(Trial trial, int count)
    {
        var publisher = trial.Loop.Connections[0].Channel.Publisher!;
        var until = publisher.Published + count;
        trial.Loop.StartPublishing();
        trial.Loop.Until(() => publisher.Published >= until, TimeSpan.FromSeconds(20), () => $"{count} events to be published");
        trial.Loop.StopPublishing();
        trial.Loop.Until(() => publisher.Answered == publisher.Published, TimeSpan.FromSeconds(20), () => "their receipts");
    }
}
