using RealTimeActors.TestKit.Dispatch;

namespace RealTimeActors.Actors.Tests.Dispatchers;

public sealed class SeededDispatcherTests
{
    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        Assert.Equal(Trace(seed: 42), Trace(seed: 42));
    }

    [Fact]
    public void Another_seed_gives_another_run()
    {
        var traces = Enumerable.Range(0, 10).Select(seed => string.Join(';', Trace((ulong)seed))).Distinct();

        Assert.Equal(10, traces.Count());
    }

    [Fact]
    public void A_killed_system_never_runs_again_and_its_neighbour_goes_on()
    {
        var world = new SimulatedWorld(seed: 3);
        var other = world.NewSystem();
        var trace = new List<string>();
        world.System.Spawn("tick", () => new Ticking("killed", trace));
        other.Spawn("tick", () => new Ticking("other", trace));
        world.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(3, trace.Count(line => line == "killed"));

        world.System.Kill();
        world.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(3, trace.Count(line => line == "killed"));
        Assert.Equal(6, trace.Count(line => line == "other"));
        Assert.DoesNotContain("killed stopped", trace);
        Assert.Throws<InvalidOperationException>(() => world.System.Spawn("late", () => new Ticking("late", trace)));
    }

    [Fact]
    public void Actors_that_never_come_to_rest_are_a_fault_and_not_a_hang()
    {
        var world = new SimulatedWorld(seed: 1);
        var ball = world.System.Spawn("restless", () => new Passing([], 0));
        ball.Tell("a ball that flies for ever");

        Assert.Throws<InvalidOperationException>(() => world.Dispatcher.RunUntilIdle(runsMax: 1_000));
    }

    [Fact]
    public void Advance_lets_the_actors_see_each_timer_at_its_own_time()
    {
        var world = new SimulatedWorld(seed: 5);
        var seen = new List<TimeSpan>();
        world.System.Spawn("tick", () => new Watching(seen, () => world.Time.Elapsed));

        world.Advance(TimeSpan.FromSeconds(3.5));

        Assert.Equal([1.0, 2.0, 3.0], seen.Select(time => time.TotalSeconds));
        Assert.Equal(TimeSpan.FromSeconds(3.5), world.Time.Elapsed);
    }

    private static List<string> Trace(ulong seed)
    {
        var world = new SimulatedWorld(seed);
        var trace = new List<string>();
        world.Dispatcher.OnRun = (cell, count) => trace.Add($"{cell.Path} {count}");
        var players = new List<IActorRef<string>>();
        for (var i = 0; i < 5; i++)
            players.Add(world.System.Spawn($"player-{i}", () => new Passing(players, 200)));
        foreach (var player in players)
            player.Tell("ball");

        world.RunUntilIdle();
        return trace;
    }

    private sealed class Passing(List<IActorRef<string>> players, int passesMax) : Actor<string>
    {
        private int _passes;

        protected internal override void Receive(string message)
        {
            if (players.Count == 0)
                Self.Tell(message);
            else if (_passes++ < passesMax)
                players[_passes % players.Count].Tell(message);
        }
    }

    private sealed class Ticking(string name, List<string> trace) : Actor<string>
    {
        protected internal override void OnStart() => Context.StartPeriodicTimer("tick", TimeSpan.FromSeconds(1), name);

        protected internal override void Receive(string message) => trace.Add(message);

        protected internal override void OnStop() => trace.Add($"{name} stopped");
    }

    private sealed class Watching(List<TimeSpan> seen, Func<TimeSpan> now) : Actor<string>
    {
        protected internal override void OnStart() => Context.StartPeriodicTimer("tick", TimeSpan.FromSeconds(1), "tick");

        protected internal override void Receive(string message) => seen.Add(now());
    }
}
