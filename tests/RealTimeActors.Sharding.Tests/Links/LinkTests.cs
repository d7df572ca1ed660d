using System.Runtime.CompilerServices;
using RealTimeActors.Actors;
using RealTimeActors.Sharding.Links;
using RealTimeActors.TestKit.Cluster;
using RealTimeActors.TestKit.Dispatch;

namespace RealTimeActors.Sharding.Tests.Links;

public sealed partial class LinkTests
{
    private readonly SimulatedWorld _world;
    private readonly NodeNetwork _network;
    private readonly TestNode _a;
    private readonly TestNode _b;

    public LinkTests()
    {
        _world = new SimulatedWorld(seed: 5);
        _network = new NodeNetwork(_world.Time, _world.Entropy.Fork("network"));
        _a = new TestNode(_world, _network, "a");
        _b = new TestNode(_world, _network, "b");
        TestNode.Link(_a, _b);
    }

    [Fact]
    public void What_is_asked_over_there_is_answered_here_with_the_same_tag()
    {
        var tag = new object();
        Ask("ping", tag);
        Settle();

        var answer = Assert.IsType<Talk.Answer>(_a.Probe.Next());
        Assert.Equal("ping!", answer.Text);
        Assert.Same(tag, answer.Tag);
        Assert.Empty(_a.Undelivered);
    }

    [Fact]
    public void Messages_arrive_in_the_order_in_which_they_were_told()
    {
        for (var i = 0; i < 1_000; i++)
        {
            Ask($"{i}", null);
            if (i % 10 == 0)
                _world.Advance(TimeSpan.FromMicroseconds(100));
        }

        Settle();

        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => $"{i}"), _b.Heard.OfType<Talk.Ask>().Select(ask => ask.Text));
        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => $"{i}!"), _a.Probe.Messages.OfType<Talk.Answer>().Select(answer => answer.Text));
    }

    [Fact]
    public void Who_stands_in_for_an_actor_ends_with_it()
    {
        var standIn = StandInOf(_b.NewActor("short-lived"));
        _a.Probe.Watch(standIn);
        Settle();
        Assert.Empty(_a.Probe.Signals);

        standIn.Tell(new Talk.Ask("end", null, _a.Probe.Ref));
        Settle();

        Assert.Equal(standIn, Assert.IsType<Signal.Terminated>(Assert.Single(_a.Probe.Signals)).Actor);
    }

    [Fact]
    public void An_actor_that_was_told_of_is_the_same_each_time_and_its_own_self_at_home()
    {
        var actor = _b.NewActor("actor");
        var (first, second) = (StandInOf(actor), StandInOf(actor));

        AnswererOfB.Tell(new Talk.Introduce(first));
        Settle();

        Assert.Same(first, second);
        Assert.Same(actor, _b.Heard.OfType<Talk.Introduce>().Last().Actor);
    }

    [Fact]
    public void When_the_connection_ends_whoever_waits_is_told_and_stand_ins_end_on_both_sides()
    {
        var standIn = StandInOf(_b.NewActor("actor"));
        _a.Probe.Watch(standIn);
        _a.Probe.Watch(AnswererOfB);
        Ask("silence", new object());
        Ask("silence", new object());
        Settle();

        _network.Cut("a", "b");
        Settle();

        Assert.Equal(2, _a.Undelivered.Count);
        Assert.Equal(2, _a.Probe.Signals.OfType<Signal.Terminated>().Count());
        Assert.IsType<LinkReport.Up>(_a.Reports.Messages[^1]);
        Assert.Contains(_a.Reports.Messages, report => report is LinkReport.Down);
        Ask("again", new object());
        Settle();
        Assert.Equal("again!", ((Talk.Answer)_a.Probe.Messages[^1]).Text);
    }

    [Fact]
    public void When_the_connection_ends_who_asked_without_a_tag_and_waits_at_an_address_of_his_own_is_told_too()
    {
        Talk.Ask[] asked = [new("answered", null, new OneAnswer()), new("silence", null, new OneAnswer()), new("silence", new object(), new OneAnswer())];
        foreach (var ask in asked)
            AnswererOfB.Tell(ask);

        Settle();

        _network.Cut("a", "b");
        Settle();

        Assert.Equal("answered!", Assert.IsType<Talk.Answer>(((OneAnswer)asked[0].ReplyTo).Answer).Text);
        Assert.Equal([asked[2], asked[1]], _a.Undelivered.Select(undelivered => undelivered.Message));
    }

    [Fact]
    public void What_was_not_sent_because_it_is_too_long_is_not_told_again_when_the_connection_ends()
    {
        AnswererOfB.Tell(new Talk.Ask(new string('x', 2_000), null, new OneAnswer()));
        Settle();

        _network.Cut("a", "b");
        Settle();

        Assert.Single(_a.Undelivered);
    }

    [Fact]
    public void Of_who_asked_from_outside_and_was_answered_nothing_is_kept_where_it_was_answered()
    {
        var (answered, asker) = AskFromOutside();

        GC.Collect();

        Assert.Equal("hello!", Assert.IsType<Talk.Answer>(asker.Answer).Text);
        Assert.False(answered.IsAlive, "Whoever stood for the asker is still there.");
    }

    [Fact]
    public void An_answer_that_is_not_the_last_leaves_the_question_open()
    {
        var tag = new object();
        Ask("wait", tag);
        _b.Heard.Clear();
        Ask("silence", tag);
        Settle();
        var ask = Assert.IsType<Talk.Ask>(_b.Heard[^1]);

        ask.ReplyTo.Tell(new Talk.Answer("wait", ask.Tag));
        ask.ReplyTo.Tell(new Talk.Answer("done", ask.Tag));
        ask.ReplyTo.Tell(new Talk.Answer("too late", ask.Tag));
        Settle();

        Assert.Equal(["wait!", "wait", "done"], _a.Probe.Messages.OfType<Talk.Answer>().Select(answer => answer.Text));
        Assert.All(_a.Probe.Messages.OfType<Talk.Answer>(), answer => Assert.Same(tag, answer.Tag));
    }

    [Fact]
    public void A_message_that_is_too_long_comes_back_and_the_link_goes_on()
    {
        Ask(new string('x', 2_000), new object());
        Ask("short", new object());
        Settle();

        Assert.Contains("more than the 1000", Assert.Single(_a.Undelivered).Reason, StringComparison.Ordinal);
        Assert.Equal("short!", ((Talk.Answer)Assert.Single(_a.Probe.Messages)).Text);
        _network.Cut("a", "b");
        Settle();
        Assert.Single(_a.Undelivered);
    }

    [Fact]
    public void A_side_that_hears_nothing_ends_the_connection_by_itself()
    {
        _network.Block("b", "a");
        Ask("ping", new object());
        _world.Advance(TimeSpan.FromSeconds(2));

        Assert.Single(_a.Undelivered);
        Assert.IsType<LinkReport.Down>(_a.Reports.Messages[^1]);
        _network.Unblock("b", "a");
        _world.Advance(TimeSpan.FromSeconds(5));
        Assert.IsType<LinkReport.Up>(_a.Reports.Messages[^1]);
        Assert.IsType<LinkReport.Up>(_b.Reports.Messages[^1]);
    }

    [Fact]
    public void A_node_whose_process_is_gone_is_reported_as_refusing()
    {
        _b.System.Kill();
        _network.Crash("b");
        Settle();

        Assert.True(_a.Reports.Messages.OfType<LinkReport.Down>().Last().IsRefused);
    }

    [Fact]
    public void Well_known_actors_of_a_third_node_are_told_of_by_name_and_answered_directly()
    {
        var c = ThirdNode();

        // A asks B to answer to C's answerer, of which A knows by its own link.
        AnswererOfB.Tell(new Talk.Ask("hello", null, _a.AnswererOf("c")));
        Settle();

        Assert.Equal("hello!", Assert.IsType<Talk.Answer>(Assert.Single(c.Heard)).Text);
        Assert.Same(_b.AnswererOf("c"), _b.Heard.OfType<Talk.Ask>().Single().ReplyTo);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void However_often_connections_break_every_question_is_answered_or_given_up_and_never_both(ulong seed)
    {
        var world = new SimulatedWorld(seed);
        var network = new NodeNetwork(world.Time, world.Entropy.Fork("network"));
        var (a, b) = (new TestNode(world, network, "a"), new TestNode(world, network, "b"));
        TestNode.Link(a, b);
        var chance = world.Entropy.Fork("test").Numbers;
        for (var i = 0; i < 2_000; i++)
        {
            a.AnswererOf("b").Tell(new Talk.Ask($"{i}", i.ToString(System.Globalization.CultureInfo.InvariantCulture), a.Probe.Ref));
            world.Advance(TimeSpan.FromMicroseconds(chance.Below(1_000)));
            if (chance.OneIn(400))
                network.Cut("a", "b");
        }

        world.Advance(TimeSpan.FromSeconds(10));

        var answered = a.Probe.Messages.OfType<Talk.Answer>().Select(answer => (string)answer.Tag!).ToList();
        var givenUp = a.Undelivered.Select(undelivered => ((Talk.Ask)undelivered.Message).Text).ToList();
        // Who stood for the answerer may have ended before it was told: that is a dead letter of this node, which its asker would watch.
        Assert.Equal(2_000, answered.Count + givenUp.Count + a.System.DeadLettersCount);
        Assert.Equal(answered.Count + givenUp.Count, answered.Concat(givenUp).Distinct().Count());
        Assert.True(answered.Count > 500 && givenUp.Count > 5, $"{answered.Count} answered, {givenUp.Count} given up");
        Assert.True(answered.Select(int.Parse).SequenceEqual(answered.Select(int.Parse).Order()));
    }

    /// <summary>One more, which both others know.</summary>
    private TestNode ThirdNode()
    {
        var c = new TestNode(_world, _network, "c");
        TestNode.Link(_a, c);
        TestNode.Link(_b, c);
        foreach (var (node, other) in new[] { (_a, "b"), (_a, "c"), (_b, "a"), (_b, "c"), (c, "a"), (c, "b") })
            node.Others.Value = node.Others.Value.With(other, ["answerer"], [node.AnswererOf(other)]);

        return c;
    }

    private Talk.Ask AskedOfB() => _b.Heard.OfType<Talk.Ask>().Last();

    private IActorRef<object> AnswererOfB => _a.AnswererOf("b");

    private void Ask(string text, object? tag) => AnswererOfB.Tell(new Talk.Ask(text, tag, _a.Probe.Ref));

    private void Settle() => _world.Advance(TimeSpan.FromMilliseconds(200));

    private IActorRef<object> StandInOf(IActorRef<object> actorOfB)
    {
        // B tells A of it.
        _b.AnswererOf("a").Tell(new Talk.Introduce(actorOfB));
        Settle();
        return (IActorRef<object>)_a.Heard.OfType<Talk.Introduce>().Last().Actor;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private (WeakReference Answered, OneAnswer Asker) AskFromOutside()
    {
        var asker = new OneAnswer();
        AnswererOfB.Tell(new Talk.Ask("hello", null, asker));
        Settle();
        var answered = new WeakReference(AskedOfB().ReplyTo);
        _b.Heard.Clear();
        return (answered, asker);
    }

    /// <summary>Where an ask from outside of the actors is answered: nobody can watch it.</summary>
    private sealed class OneAnswer : IActorRef<Talk>
    {
        public ActorPath Path { get; } = new(null, "ask");

        internal Talk? Answer { get; private set; }

        public void Tell(Talk message) => Answer = message;
    }
}
