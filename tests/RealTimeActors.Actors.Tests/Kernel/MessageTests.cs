using RealTimeActors.Actors.Tests.Support;

namespace RealTimeActors.Actors.Tests.Kernel;

public sealed class MessageTestsSeeded() : MessageTests(new SeededWorld());

public sealed class MessageTestsThreadPool() : MessageTests(new ThreadPoolWorld());

public abstract class MessageTests : KernelSuite
{
    private protected MessageTests(World world)
        : base(world)
    {
    }

    [Fact]
    public void Messages_of_one_sender_arrive_in_the_order_in_which_they_were_told()
    {
        var probe = World.Probe();
        var actor = World.Spawn(probe);

        for (var i = 0; i < 1_000; i++)
            actor.Tell($"{i}");

        Assert.Equal("started", World.Next(probe));
        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => $"{i}"), World.Next(probe, 1_000));
    }

    [Fact]
    public void An_actor_that_takes_anything_can_be_told_something()
    {
        var probe = World.Probe();
        var anything = World.System.Spawn<object>("anything", () => new Anything(probe.Ref));

        IActorRef<string> something = anything;
        something.Tell("text");
        anything.Tell(Tuple.Create(1));

        Assert.Equal(["String text", "Tuple`1 (1)"], World.Next(probe, 2));
    }

    [Fact]
    public void The_path_names_all_ancestors()
    {
        var probe = World.Probe();
        var actor = World.Spawn(probe, name: "edge");

        actor.Tell("spawn 0");
        actor.Tell("watch 0");
        actor.Tell("stop 0");

        World.Until(() => probe.Messages.Contains("terminated /edge/0"), "the path of a child");
        Assert.Equal("/edge", actor.Path.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    public void A_name_that_is_no_name_is_refused(string name)
    {
        Assert.ThrowsAny<ArgumentException>(() => World.System.Spawn(name, () => new Scripted(null!)));
    }

    [Fact]
    public void A_name_is_taken_until_its_actor_has_ended()
    {
        var probe = World.Probe();
        var first = World.Spawn(probe, name: "one");

        var refused = Assert.Throws<InvalidOperationException>(() => World.Spawn(probe, name: "one"));
        World.System.Stop(first);
        World.Ended(first);
        var second = World.Spawn(probe, name: "one");

        Assert.Contains("\"/one\" is taken", refused.Message, StringComparison.Ordinal);
        second.Tell("hello");
        World.Until(() => probe.Messages.Contains("hello"), "the second actor of that name");
        first.Tell("to the first");
        Assert.Equal(DeadLetterReason.Stopped, World.DeadLetter().Reason);
    }

    [Fact]
    public void OnRunEnd_comes_once_for_the_messages_of_a_run()
    {
        var notes = new Notes();

        World.System.Spawn("batching", () => new Batching(notes, backlog: 99));

        World.Until(() => notes.Lines.Sum(int.Parse) == 99, "99 messages");
        Assert.Equal("0", notes.Lines[0]);
        Assert.InRange(notes.Lines.Count, 2, 60);
    }

    [Fact]
    public void What_the_last_run_collected_goes_out_before_the_actor_stops()
    {
        var notes = new Notes();
        var actor = World.System.Spawn("batching", () => new Batching(notes, backlog: 0));

        actor.Tell("x");
        actor.Tell("stop");
        World.Ended(actor);

        Assert.Equal("ended", notes.Lines[^1]);
        Assert.Equal(2, notes.Lines.SkipLast(1).Sum(int.Parse));
    }

    private sealed class Anything(IActorRef<string> probe) : Actor<object>
    {
        protected internal override void Receive(object message) => probe.Tell($"{message.GetType().Name} {message}");
    }

    private sealed class Batching(IActorRef<string> notes, int backlog) : Actor<string>
    {
        private int _count;

        protected internal override void OnStart()
        {
            for (var i = 0; i < backlog; i++)
                Self.Tell("x");
        }

        protected internal override void Receive(string message)
        {
            _count++;
            if (message == "stop")
                Context.Stop(Self);
        }

        protected internal override void OnRunEnd()
        {
            notes.Tell($"{_count}");
            _count = 0;
        }

        protected internal override void OnStop() => notes.Tell("ended");
    }
}
