using RealTimeActors.Actors;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Time;

namespace RealTimeActors.TestKit.Dispatch;

/// <summary>
/// A world of one thread: a seeded order, a time that is moved by hand, chance from the same seed, and any number of actor systems (nodes) that share them.
/// </summary>
/// <example><c>var world = new SimulatedWorld(seed: 7); var counter = world.System.Spawn("counter", () => new Counter()); … world.Advance(TimeSpan.FromSeconds(1));</c></example>
public sealed class SimulatedWorld
{
    /// <summary>A world of that seed.</summary>
    public SimulatedWorld(ulong seed, int messagesPerRunMax = 8)
    {
        Seed = seed;
        Dispatcher = new SeededDispatcher(seed, messagesPerRunMax);
        Entropy = new SeededEntropy(seed);
        Time = new VirtualTime();
        System = NewSystem();
    }

    /// <summary>What everything follows from.</summary>
    public ulong Seed { get; }

    /// <summary>The order.</summary>
    public SeededDispatcher Dispatcher { get; }

    /// <summary>The time.</summary>
    public VirtualTime Time { get; }

    /// <summary>The chance. Fork it by label.</summary>
    public SeededEntropy Entropy { get; }

    /// <summary>A system that is there from the start; enough where there is one node.</summary>
    public ActorKernel System { get; }

    /// <summary>A further system (node) in the same order and time. To crash it: <see cref="ActorKernel.Kill"/>.</summary>
    public ActorKernel NewSystem() => new(Dispatcher, Time);

    /// <summary>Lets one actor run. False when none has anything to do.</summary>
    public bool Step() => Dispatcher.Step();

    /// <summary>Lets actors run until none has anything to do; time stands still.</summary>
    public void RunUntilIdle() => Dispatcher.RunUntilIdle();

    /// <summary>
    /// Moves time on from timer to timer, and lets the actors come to rest before each and at the end: nobody sees a later time than a timer that was due before.
    /// </summary>
    public void Advance(TimeSpan by)
    {
        var target = Time.Elapsed + by;
        RunUntilIdle();
        while (Time.UntilNextTimer is { } next && Time.Elapsed + next <= target)
        {
            Time.Advance(next);
            RunUntilIdle();
        }

        Time.Advance(target - Time.Elapsed);
        RunUntilIdle();
    }
}
