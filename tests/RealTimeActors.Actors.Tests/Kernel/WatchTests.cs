using RealTimeActors.Actors.Tests.Support;

namespace RealTimeActors.Actors.Tests.Kernel;

public sealed class WatchTestsSeeded() : WatchTests(new SeededWorld());

public sealed class WatchTestsThreadPool() : WatchTests(new ThreadPoolWorld());

public abstract class WatchTests : KernelSuite
{
    private protected WatchTests(World world)
        : base(world)
    {
    }

    [Fact]
    public void A_watcher_hears_of_the_end_once_and_may_use_the_name_again()
    {
        var probe = World.Probe();
        var parent = World.Spawn(probe, name: "parent");

        parent.Tell("spawn a");
        parent.Tell("watch a");
        parent.Tell("watch a");
        parent.Tell("stop a");
        World.Until(() => probe.Messages.Contains("terminated /parent/a"), "the signal");
        parent.Tell("spawn a");
        parent.Tell("to a hello");

        World.Until(() => probe.Messages.Contains("hello"), "the second child");
        Assert.Single(probe.Messages, "terminated /parent/a");
    }

    [Fact]
    public void An_actor_that_has_already_ended_is_reported_too()
    {
        var actor = World.Spawn(World.Probe());
        World.System.Stop(actor);
        World.Ended(actor);

        var late = World.Probe();
        late.Watch(actor);

        World.Until(() => late.Signals.Count > 0, "the signal");
        Assert.Equal(new Signal.Terminated(actor), late.Signals.Single());
    }

    [Fact]
    public void A_watch_that_was_taken_back_says_nothing()
    {
        var probe = World.Probe();
        var parent = World.Spawn(probe, name: "parent");

        foreach (var order in new[] { "spawn a", "spawn b", "watch a", "watch b", "unwatch a", "stop a" })
            parent.Tell(order);
        World.Until(() => probe.Messages.Contains("stopped"), "the end of a");
        parent.Tell("stop b");

        World.Until(() => probe.Messages.Contains("terminated /parent/b"), "the signal of b");
        Assert.DoesNotContain("terminated /parent/a", probe.Messages);
    }

    [Fact]
    public void Many_watchers_all_hear_of_it()
    {
        var actor = World.Spawn(World.Probe());
        var watchers = Enumerable.Range(0, 40).Select(_ => World.Probe()).ToArray();

        foreach (var watcher in watchers)
            watcher.Watch(actor);
        actor.Tell("stop");

        foreach (var watcher in watchers)
            World.Until(() => watcher.Signals.Count == 1, "the signal");
    }

    [Fact]
    public void An_address_that_is_no_actor_cannot_be_watched()
    {
        var probe = World.Probe();
        probe.Watch(new Notes());

        World.Until(() => World.Faults.Count > 0, "the fault of the watcher");
        Assert.Contains("Expected the address of an actor, got Notes", World.Faults[0].Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Children_end_before_their_parent()
    {
        var notes = new Notes();
        var parent = World.System.Spawn("parent", () => new Family(notes, generations: 3));

        World.Until(() => notes.Lines.Count == 3, "three generations");
        World.System.Stop(parent);
        World.Ended(parent);

        Assert.Equal(["/parent/child/child stopped", "/parent/child stopped", "/parent stopped"], notes.Lines.Skip(3));
    }

    [Fact]
    public void Stopping_all_goes_from_the_youngest_to_the_eldest_and_takes_no_new_actor()
    {
        var notes = new Notes();
        World.System.Spawn("a", () => new Family(notes, 1));
        World.System.Spawn("b", () => new Family(notes, 2));
        World.System.Spawn("c", () => new Family(notes, 1));
        World.Until(() => notes.Lines.Count == 4, "the start of all");
        var done = false;

        World.System.StopAll(() => Volatile.Write(ref done, true));
        World.Until(() => Volatile.Read(ref done), "the end of all");

        Assert.Equal(["/c stopped", "/b/child stopped", "/b stopped", "/a stopped"], notes.Lines.Skip(4));
        Assert.Throws<InvalidOperationException>(() => World.System.Spawn("d", () => new Family(notes, 1)));
    }

    private sealed class Family(IActorRef<string> probe, int generations) : Actor<string>
    {
        protected internal override void OnStart()
        {
            probe.Tell($"{Self.Path} started");
            if (generations > 1)
                Context.Spawn("child", () => new Family(probe, generations - 1));
        }

        protected internal override void OnStop() => probe.Tell($"{Self.Path} stopped");

        protected internal override void Receive(string message) { }
    }
}
