using RealTimeActors.Actors.Tests.Support;

namespace RealTimeActors.Actors.Tests.Kernel;

public sealed class TimerTestsSeeded() : TimerTests(new SeededWorld());

public sealed class TimerTestsThreadPool() : TimerTests(new ThreadPoolWorld());

public abstract class TimerTests : KernelSuite
{
    private protected TimerTests(World world)
        : base(world)
    {
    }

    [Fact]
    public void A_timer_tells_its_message_once_when_its_time_has_come()
    {
        var probe = World.Probe();
        var actor = Started(probe, "timer 5 now");

        World.Advance(Seconds(4.999));
        Assert.False(probe.TryNext(out _));
        World.Advance(Seconds(0.001));
        Assert.Equal("now", World.Next(probe));

        World.Advance(Seconds(100));
        actor.Tell("end");
        Assert.Equal("end", World.Next(probe));
    }

    [Fact]
    public void A_timer_without_delay_comes_at_once()
    {
        var probe = World.Probe();

        Started(probe, "timer 0 now");

        Assert.Equal("now", World.Next(probe));
    }

    [Fact]
    public void A_timer_of_the_same_key_replaces_the_former()
    {
        var probe = World.Probe();
        var actor = Started(probe, "timer 1 first");

        actor.Tell("timer 2 second");
        Assert.Equal("timer 2 second", World.Next(probe));
        World.Advance(Seconds(1));
        World.Advance(Seconds(1));

        Assert.Equal("second", World.Next(probe));
    }

    [Fact]
    public void A_cancelled_timer_says_nothing_even_if_its_message_waits_in_the_mailbox()
    {
        var probe = World.Probe();
        var actor = World.System.Spawn("regretful", () => new Acting((context, message) =>
        {
            if (message != "go")
            {
                probe.Ref.Tell(message);
                return;
            }

            context.StartTimer("key", TimeSpan.Zero, "cancelled");
            context.Self.Tell("end");
            context.CancelTimer("key");
        }));

        actor.Tell("go");

        Assert.Equal("end", World.Next(probe));
    }

    [Fact]
    public void A_periodic_timer_keeps_to_its_beat_until_it_is_cancelled()
    {
        var probe = World.Probe();
        var actor = Started(probe, "every 2 tick");

        for (var i = 0; i < 5; i++)
        {
            World.Advance(Seconds(1.999));
            Assert.False(probe.TryNext(out _));
            World.Advance(Seconds(0.001));
            Assert.Equal("tick", World.Next(probe));
        }

        actor.Tell("cancel");
        Assert.Equal("cancel", World.Next(probe));
        World.Advance(Seconds(10));
        actor.Tell("end");
        Assert.Equal("end", World.Next(probe));
    }

    [Theory]
    [InlineData(MailboxOverflow.RejectNewest, "1 2 timer")]
    [InlineData(MailboxOverflow.DropOldest, "4 5 6 timer")]
    public void A_timer_is_not_lost_to_a_full_mailbox(MailboxOverflow overflow, string expected)
    {
        var probe = World.Probe();
        var options = new ActorOptions { MailboxCapacity = 2, Overflow = overflow };
        var actor = World.System.Spawn("crowded", () => new Acting((context, message) =>
        {
            if (message != "go")
            {
                probe.Ref.Tell(message);
                return;
            }

            foreach (var crowd in new[] { "1", "2", "3" })
                context.Self.Tell(crowd);
            context.StartTimer("key", TimeSpan.Zero, "timer");
            foreach (var crowd in new[] { "4", "5", "6" })
                context.Self.Tell(crowd);
        }), options);

        actor.Tell("go");

        Assert.Equal(expected, string.Join(' ', World.Next(probe, expected.Split(' ').Length)));
        Assert.All(World.DeadLetters, letter => Assert.Equal(DeadLetterReason.MailboxFull, letter.Reason));
    }

    [Fact]
    public void Idle_comes_after_the_quiet_time_and_again_while_it_stays_quiet()
    {
        var probe = World.Probe();
        var actor = Started(probe, "idle 10");

        World.Advance(Seconds(6));
        actor.Tell("hello");
        Assert.Equal("hello", World.Next(probe));
        actor.Tell("timer 1 timers do not count");
        World.Next(probe);
        World.Advance(Seconds(6));
        Assert.Equal("timers do not count", World.Next(probe));
        World.Advance(Seconds(4));

        Assert.Equal("Idle", World.Next(probe));
        World.Advance(Seconds(10));
        Assert.Equal("Idle", World.Next(probe));
    }

    [Fact]
    public void An_idle_timeout_that_was_taken_back_says_nothing()
    {
        var probe = World.Probe();
        var actor = Started(probe, "idle 10");

        actor.Tell("idle never");
        Assert.Equal("idle never", World.Next(probe));
        World.Advance(Seconds(30));
        actor.Tell("end");

        Assert.Equal("end", World.Next(probe));
    }

    private IActorRef<string> Started(TestKit.Dispatch.Probe<string> probe, string order)
    {
        var actor = World.Spawn(probe);
        actor.Tell(order);
        Assert.Equal(["started", order], World.Next(probe, 2));
        return actor;
    }
}
