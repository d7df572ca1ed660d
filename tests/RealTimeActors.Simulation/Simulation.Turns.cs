using RealTimeActors.Actors;
using RealTimeActors.Simulation.Checkers;

namespace RealTimeActors.Simulation;

/// <content>How time goes on, and what is counted at the end.</content>
internal sealed partial class Simulation
{
    /// <summary>Runs of actors, and timers that fall due, within <see cref="_moment"/> of simulated time. The most that ever happened is far below it.</summary>
    private const int StepsMax = 200_000;

    /// <summary>Who always waits for next to nothing runs in circles, too.</summary>
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(1);

    private ActorCell? _lastRun;

    /// <summary>Lets the actors and the timers take turns. An actor may be slow: now and then time goes on although it has something to do.</summary>
    private void RunFor(TimeSpan length)
    {
        var (time, dispatcher) = (_world.Time, _world.Dispatcher);
        var until = time.Elapsed + length;
        var (steps, since) = (0, time.Elapsed);
        while (true)
        {
            if (steps > StepsMax)
                _seen.Violate(new Violation("Liveness", $"{steps} steps were made within {_moment.TotalMilliseconds} ms of simulated time: something runs in circles. The last actor that ran is {_lastRun?.Path}, the next timer is due in {time.UntilNextTimer?.TotalMilliseconds:0.0000} ms."));

            if (!dispatcher.IsIdle && !(time.UntilNextTimer is { } soon && soon < TimeSpan.FromMilliseconds(1) && time.Elapsed + soon <= until && _pace.OneIn(20)))
            {
                dispatcher.Step();
                steps++;
                if (_seen.First is { } first) // Seen within an actor, whose supervisor has caught it.
                    throw new ViolationException(first);

                if (_node.UnexpectedFault(_plan.Faults) is { } fault)
                    _seen.Violate(new Violation("Fault", $"An actor threw: {fault}"));
            }
            else if (time.UntilNextTimer is { } next && time.Elapsed + next <= until)
            {
                time.Advance(next);
                steps++;
                if (time.Elapsed - since >= _moment)
                    (steps, since) = (0, time.Elapsed);
            }
            else if (dispatcher.IsIdle)
            {
                time.Advance(until - time.Elapsed);
                return;
            }
        }
    }

    private void CountSituations()
    {
        var disk = _node.Disk.Counts;
        var sometimes = _seen.Sometimes;
        sometimes.Count("disk: flushes", disk.Flushes);
        sometimes.Count("disk: writes lost in a crash", disk.WritesLost);
        sometimes.Count("disk: writes kept though unanswered", disk.WritesKeptUnanswered);
        sometimes.Count("disk: unknown and written", disk.UnknownWritten);
        sometimes.Count("disk: unknown and not written", disk.UnknownNotWritten);
        sometimes.Count("disk: refused because full", disk.Refused);
        sometimes.Count("disk: reads failed", disk.ReadsFailed);
        sometimes.Count("disk: trims during an append", disk.TrimsDuringAppend);
        sometimes.Count("disk: snapshots during an append", disk.SnapshotsDuringAppend);
        sometimes.Count("network: connections", _network.Counts.Opened);
        sometimes.Count("network: cuts", _network.Counts.Cut);
        sometimes.Count("network: cuts inside a frame", _network.Counts.CutInsideFrame);
        sometimes.Count("network: half open", _network.Counts.HalfOpen);
        sometimes.Count("network: partial sends", _network.Counts.PartialSends);
        WaySituations.Count(sometimes, _network.Counts);
        _plan.Cluster?.Count(_plan, sometimes);
        sometimes.Count("events durable", _seen.Truth.All.Count());
        sometimes.Count("virtual milliseconds", (long)_world.Time.Elapsed.TotalMilliseconds);
        sometimes.Count("actors' runs", _world.Dispatcher.Runs);
        sometimes.Count("publishes", _seen.Publishes.Count);
    }
}
