using RealTimeActors.Actors.Tests.Support;

namespace RealTimeActors.Actors.Tests.Kernel;

public sealed class StashTestsSeeded() : StashTests(new SeededWorld());

public sealed class StashTestsThreadPool() : StashTests(new ThreadPoolWorld());

public abstract class StashTests : KernelSuite
{
    private protected StashTests(World world)
        : base(world)
    {
    }

    [Fact]
    public void What_was_stashed_comes_before_all_that_waits()
    {
        var probe = World.Probe();
        var actor = World.Spawn(probe);

        foreach (var message in new[] { "stash a", "stash b", "unstash", "c", "d" })
            actor.Tell(message);

        Assert.Equal(["started", "stashed a", "stashed b", "a", "b", "c", "d"], World.Next(probe, 7));
    }

    [Fact]
    public void Unstashed_messages_may_be_stashed_again_and_keep_their_order()
    {
        var probe = World.Probe();
        var rounds = 0;
        var actor = World.System.Spawn("patient", () => new Acting((context, message) =>
        {
            if (message == "open")
            {
                rounds++;
                context.UnstashAll();
            }
            else if (rounds < 2)
            {
                context.Stash(message);
            }
            else
            {
                probe.Ref.Tell(message);
            }
        }));

        foreach (var message in new[] { "a", "b", "open", "c", "open", "d" })
            actor.Tell(message);

        Assert.Equal(["a", "b", "c", "d"], World.Next(probe, 4));
    }

    [Fact]
    public void A_full_stash_refuses_with_a_dead_letter()
    {
        var probe = World.Probe();
        var actor = World.Spawn(probe, new ActorOptions { StashCapacity = 2 });

        foreach (var message in new[] { "stash a", "stash b", "stash c", "unstash" })
            actor.Tell(message);

        Assert.Equal(["started", "stashed a", "stashed b", "no room for c", "a", "b"], World.Next(probe, 6));
        Assert.Equal(new DeadLetter("c", actor.Path, DeadLetterReason.StashFull), World.DeadLetter());
    }

    [Fact]
    public void A_stash_longer_than_a_run_comes_back_whole_and_in_order()
    {
        var probe = World.Probe();
        var actor = World.Spawn(probe);

        for (var i = 0; i < 1_000; i++)
            actor.Tell($"stash {i}");
        actor.Tell("unstash");
        actor.Tell("end");

        World.Next(probe, 1_001);
        Assert.Equal([.. Enumerable.Range(0, 1_000).Select(i => $"{i}"), "end"], World.Next(probe, 1_001));
    }

    [Fact]
    public void What_is_in_the_stash_when_the_actor_stops_becomes_dead_letters()
    {
        var probe = World.Probe();
        var actor = World.Spawn(probe);

        actor.Tell("stash a");
        actor.Tell("stash b");
        actor.Tell("stop");
        World.Ended(actor);

        Assert.Equal(
            [new DeadLetter("a", actor.Path, DeadLetterReason.Stopped), new DeadLetter("b", actor.Path, DeadLetterReason.Stopped)],
            World.DeadLetters);
    }
}
