using RealTimeActors.Actors.Tests.Support;

namespace RealTimeActors.Actors.Tests.Kernel;

public sealed class SupervisionTestsSeeded() : SupervisionTests(new SeededWorld());

public sealed class SupervisionTestsThreadPool() : SupervisionTests(new ThreadPoolWorld());

public abstract class SupervisionTests : KernelSuite
{
    private protected SupervisionTests(World world)
        : base(world)
    {
    }

    [Fact]
    public void Resume_keeps_the_state_and_goes_on_with_the_next_message()
    {
        var probe = World.Probe();
        var actor = World.Spawn(probe, On(Directive.Resume));

        actor.Tell("one");
        actor.Tell("fail");
        actor.Tell("count");

        Assert.Equal(["started", "one", "count 3"], World.Next(probe, 3));
        Assert.Equal(new DeadLetter("fail", actor.Path, DeadLetterReason.Failed), World.DeadLetter());
        Assert.Equal(Directive.Resume, World.Faults.Single().Directive);
    }

    [Fact]
    public void Restart_replaces_the_instance_after_the_pause_and_keeps_the_mailbox()
    {
        var probe = World.Probe();
        var actor = World.Spawn(probe, On(Directive.Restart, pause: Seconds(1)));

        actor.Tell("fail");
        actor.Tell("count");
        Assert.Equal(["started", "stopped"], World.Next(probe, 2));
        World.Advance(Seconds(0.999));
        Assert.Equal(2, probe.Messages.Count);
        World.Advance(Seconds(0.001));

        Assert.Equal(["started", "count 1"], World.Next(probe, 2));
        Assert.Equal("fail", World.Faults.Single().Exception.Message);
    }

    [Fact]
    public void The_pause_doubles_with_each_restart_up_to_its_limit()
    {
        var probe = World.Probe();
        var options = new ActorOptions
        {
            Supervision = new Supervision { BackoffMin = Seconds(1), BackoffMax = Seconds(3), Within = Seconds(100) },
        };
        var actor = World.Spawn(probe, options);
        Assert.Equal("started", World.Next(probe));

        foreach (var pause in new[] { 1, 2, 3, 3 })
        {
            actor.Tell("fail");
            Assert.Equal("stopped", World.Next(probe));
            World.Advance(Seconds(pause - 0.001));
            Assert.False(probe.TryNext(out _));
            World.Advance(Seconds(0.001));
            Assert.Equal("started", World.Next(probe));
        }
    }

    [Fact]
    public void More_restarts_than_allowed_within_the_window_end_the_actor()
    {
        var probe = World.Probe();
        var actor = World.Spawn(probe, On(Directive.Restart, restartsMax: 2, within: Seconds(10)));

        for (var i = 0; i < 3; i++)
            actor.Tell("fail");

        World.Ended(actor);
        Assert.Equal([Directive.Restart, Directive.Restart, Directive.Stop], World.Faults.Select(f => f.Directive));
    }

    [Fact]
    public void Restarts_that_lie_back_longer_than_the_window_are_forgotten()
    {
        var probe = World.Probe();
        var actor = World.Spawn(probe, On(Directive.Restart, restartsMax: 1, within: Seconds(10)));
        Assert.Equal("started", World.Next(probe));

        for (var i = 0; i < 5; i++)
        {
            actor.Tell("fail");
            Assert.Equal(["stopped", "started"], World.Next(probe, 2));
            World.Advance(Seconds(11));
        }

        Assert.All(World.Faults, fault => Assert.Equal(Directive.Restart, fault.Directive));
    }

    [Fact]
    public void A_restart_ends_the_children_first_so_that_their_names_are_free()
    {
        var probe = World.Probe();
        var actor = World.Spawn(probe, On(Directive.Restart), "parent");

        actor.Tell("spawn child");
        Assert.Equal(["started", "started"], World.Next(probe, 2));
        actor.Tell("fail");
        actor.Tell("spawn child");
        actor.Tell("to child hello");

        Assert.Equal(["stopped", "stopped", "started", "started", "hello"], World.Next(probe, 5));
    }

    [Fact]
    public void Timers_die_with_the_instance()
    {
        var probe = World.Probe();
        var actor = World.Spawn(probe, On(Directive.Restart));

        actor.Tell("timer 5 late");
        actor.Tell("fail");
        Assert.Equal(["started", "timer 5 late", "stopped", "started"], World.Next(probe, 4));
        World.Advance(Seconds(6));
        actor.Tell("after");

        Assert.Equal("after", World.Next(probe));
    }

    [Fact]
    public void What_was_stashed_comes_back_first_after_a_restart()
    {
        var probe = World.Probe();
        var actor = World.Spawn(probe, On(Directive.Restart));

        actor.Tell("stash a");
        actor.Tell("stash b");
        actor.Tell("fail");
        actor.Tell("c");

        Assert.Equal(["started", "stashed a", "stashed b", "stopped", "started", "a", "b", "c"], World.Next(probe, 8));
    }

    [Fact]
    public void Stop_ends_the_actor_and_what_waits_becomes_dead_letters()
    {
        var probe = World.Probe();
        var actor = World.Spawn(probe, On(Directive.Stop));

        actor.Tell("fail");
        actor.Tell("x");
        World.Ended(actor);

        Assert.Equal(["started", "stopped"], World.Next(probe, 2));
        Assert.Equal(new DeadLetter("fail", actor.Path, DeadLetterReason.Failed), World.DeadLetter(0));
        Assert.Equal(new DeadLetter("x", actor.Path, DeadLetterReason.Stopped), World.DeadLetter(1));
    }

    [Fact]
    public void Escalate_lets_the_parent_be_judged_for_the_fault()
    {
        var probe = World.Probe();
        var parent = Parent(probe, Directive.Restart);

        parent.Tell("spawn child");
        parent.Tell("to child fail");

        Assert.Equal(["started", "started", "stopped", "stopped", "started"], World.Next(probe, 5));
        Assert.Equal(["/parent/child Escalate", "/parent Restart"], World.Faults.Select(f => $"{f.Path} {f.Directive}"));
    }

    [Fact]
    public void A_child_that_escalated_goes_on_when_the_judgement_is_resume()
    {
        var probe = World.Probe();
        var parent = Parent(probe, Directive.Resume);

        parent.Tell("spawn child");
        parent.Tell("to child fail");
        parent.Tell("to child count");

        Assert.Equal(["started", "started", "count 2"], World.Next(probe, 3));
    }

    [Fact]
    public void An_end_that_came_while_a_fault_was_escalated_is_told_when_the_actor_goes_on()
    {
        var probe = World.Probe();
        using var gate = new ManualResetEventSlim(World is SeededWorld);
        var mortal = World.Spawn(World.Probe(), name: "mortal");
        var parent = World.System.Spawn("parent", () => new Acting((context, message) =>
        {
            if (message == "spawn")
            {
                context.Spawn("child", () => new Widow(mortal, probe.Ref), On(Directive.Escalate)).Tell("fail");
                // The child's fault waits here until what it watches is gone.
                gate.Wait(TimeSpan.FromSeconds(60));
            }
        }), On(Directive.Resume));

        parent.Tell("spawn");
        World.Until(() => World.Faults.Any(fault => fault.Directive == Directive.Escalate), "the fault of the child");
        World.System.Stop(mortal);
        World.Ended(mortal);
        gate.Set();

        Assert.Equal("terminated /mortal", World.Next(probe));
    }

    [Fact]
    public void Escalate_at_the_top_stops()
    {
        var probe = World.Probe();
        var actor = World.Spawn(probe, On(Directive.Escalate));

        actor.Tell("fail");
        World.Ended(actor);

        Assert.Equal(Directive.Stop, World.Faults.Single().Directive);
    }

    [Fact]
    public void A_fault_at_the_start_is_restarted_and_resume_counts_as_restart()
    {
        var probe = World.Probe();
        var attempts = 0;
        var actor = World.System.Spawn(
            "flaky",
            () => ++attempts < 3 ? throw new InvalidOperationException($"attempt {attempts}") : new Scripted(probe.Ref),
            On(Directive.Resume));

        actor.Tell("hello");

        Assert.Equal(["started", "hello"], World.Next(probe, 2));
        Assert.Equal(["attempt 1", "attempt 2"], World.Faults.Select(f => f.Exception.Message));
    }

    [Fact]
    public void A_judge_that_fails_itself_stops_the_actor()
    {
        var probe = World.Probe();
        var options = new ActorOptions { Supervision = new Supervision { Decide = _ => throw new FormatException("judge") } };
        var actor = World.Spawn(probe, options);

        actor.Tell("fail");
        World.Ended(actor);

        Assert.Equal(["judge", "fail"], World.Faults.Select(f => f.Exception.Message));
    }

    [Fact]
    public void A_fault_in_OnStop_is_reported_and_the_actor_ends_all_the_same()
    {
        var actor = World.System.Spawn("stubborn", () => new Stubborn());

        World.System.Stop(actor);
        World.Ended(actor);

        Assert.Equal("no", World.Faults.Single().Exception.Message);
    }

    private static ActorOptions On(Directive directive, TimeSpan? pause = null, int restartsMax = 10, TimeSpan? within = null) => new()
    {
        Supervision = new Supervision
        {
            Decide = _ => directive,
            BackoffMin = pause ?? TimeSpan.Zero,
            RestartsMax = restartsMax,
            Within = within ?? Seconds(60),
        },
    };

    private IActorRef<string> Parent(TestKit.Dispatch.Probe<string> probe, Directive directive) =>
        World.System.Spawn("parent", () => new Scripted(probe.Ref, On(Directive.Escalate)), On(directive));

    private sealed class Widow(IActorRef watched, IActorRef<string> probe) : Actor<string>
    {
        protected internal override void OnStart() => Context.Watch(watched);

        protected internal override void OnSignal(Signal signal) => probe.Tell($"terminated {((Signal.Terminated)signal).Actor.Path}");

        protected internal override void Receive(string message) => throw new InvalidOperationException(message);
    }

    private sealed class Stubborn : Actor<string>
    {
        protected internal override void Receive(string message) { }

        protected internal override void OnStop() => throw new InvalidOperationException("no");
    }
}
