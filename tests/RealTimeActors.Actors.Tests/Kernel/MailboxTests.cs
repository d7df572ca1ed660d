using RealTimeActors.Actors.Tests.Support;

namespace RealTimeActors.Actors.Tests.Kernel;

public sealed class MailboxTestsSeeded() : MailboxTests(new SeededWorld());

public sealed class MailboxTestsThreadPool() : MailboxTests(new ThreadPoolWorld());

public abstract class MailboxTests : KernelSuite
{
    private protected MailboxTests(World world)
        : base(world)
    {
    }

    [Fact]
    public void A_full_mailbox_refuses_the_newest()
    {
        var probe = World.Probe();

        Crowd(probe, new ActorOptions { MailboxCapacity = 3 }, "1", "2", "3", "4", "5");

        Assert.Equal(["1", "2", "3"], World.Next(probe, 3));
        Assert.Equal(["4 MailboxFull", "5 MailboxFull"], World.DeadLetters.Select(l => $"{l.Message} {l.Reason}"));
        Assert.Equal(2, World.System.DeadLettersCount);
    }

    [Fact]
    public void A_full_mailbox_drops_the_oldest_when_told_so()
    {
        var probe = World.Probe();

        Crowd(probe, new ActorOptions { MailboxCapacity = 3, Overflow = MailboxOverflow.DropOldest }, "1", "2", "3", "4", "5");

        Assert.Equal(["3", "4", "5"], World.Next(probe, 3));
        Assert.Equal(["1 MailboxFull", "2 MailboxFull"], World.DeadLetters.Select(l => $"{l.Message} {l.Reason}"));
    }

    [Fact]
    public void System_messages_come_before_messages_even_within_a_run()
    {
        var probe = World.Probe();
        var actor = World.System.Spawn("hasty", () => new Acting((context, message) =>
        {
            if (message == "go")
            {
                context.Self.Tell("too late");
                context.Stop(context.Self);
            }

            probe.Ref.Tell(message);
        }));

        actor.Tell("go");
        actor.Tell("too late as well");
        World.Ended(actor);

        Assert.Equal("go", World.Next(probe));
        Assert.All(Enumerable.Range(0, 2), i => Assert.Equal(DeadLetterReason.Stopped, World.DeadLetter(i).Reason));
        Assert.Single(probe.Messages);
    }

    [Fact]
    public void A_message_to_an_actor_that_has_ended_is_a_dead_letter()
    {
        var actor = World.Spawn(World.Probe());
        World.System.Stop(actor);
        World.Ended(actor);

        actor.Tell("hello");

        Assert.Equal(new DeadLetter("hello", actor.Path, DeadLetterReason.Stopped), World.DeadLetter());
    }

    [Fact]
    public void A_message_the_actor_does_not_take_is_a_dead_letter()
    {
        var actor = World.Spawn(World.Probe());

        actor.Tell("unhandled");

        Assert.Equal(new DeadLetter("unhandled", actor.Path, DeadLetterReason.Unhandled), World.DeadLetter());
    }

    [Fact]
    public void An_observer_that_was_disposed_hears_nothing_more()
    {
        var heard = 0;
        var observation = World.System.ObserveDeadLetters(_ => Interlocked.Increment(ref heard));
        var actor = World.Spawn(World.Probe());

        actor.Tell("unhandled");
        World.DeadLetter(0);
        World.Until(() => Volatile.Read(ref heard) == 1, "the first dead letter");
        observation.Dispose();
        observation.Dispose();
        actor.Tell("unhandled");
        World.DeadLetter(1);
        actor.Tell("unhandled");
        World.DeadLetter(2);

        Assert.Equal(1, heard);
    }

    [Fact]
    public void Limits_that_make_no_sense_are_refused_at_spawn()
    {
        var probe = World.Probe();

        Assert.Throws<ArgumentOutOfRangeException>(() => World.Spawn(probe, new ActorOptions { MailboxCapacity = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => World.Spawn(probe, new ActorOptions { StashCapacity = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => World.Spawn(probe, new ActorOptions { Supervision = new Supervision { RestartsMax = -1 } }));
    }

    [Fact]
    public void Says_how_many_messages_wait()
    {
        var probe = World.Probe();
        var actor = World.System.Spawn("crowded", () => new Acting((context, message) =>
        {
            if (message != "go")
                return;

            for (var i = 0; i < 3; i++)
                context.Self.Tell("later");

            probe.Ref.Tell($"{context.System.MessagesWaiting(context.Self)}");
        }));

        actor.Tell("go");

        Assert.Equal("3", World.Next(probe));
    }

    [Fact]
    public void Null_is_no_message()
    {
        var actor = World.Spawn(World.Probe());

        Assert.Throws<ArgumentNullException>(() => actor.Tell(null!));
    }

    /// <summary>Lets an actor tell itself all of them within one message, so that they wait together.</summary>
    private void Crowd(TestKit.Dispatch.Probe<string> probe, ActorOptions options, params string[] messages)
    {
        var actor = World.System.Spawn("crowded", () => new Acting((context, message) =>
        {
            if (message != "go")
            {
                probe.Ref.Tell(message);
                return;
            }

            foreach (var one in messages)
                context.Self.Tell(one);
        }), options);
        actor.Tell("go");
    }
}
