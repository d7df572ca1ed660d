using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine;

/// <summary>One subscription, many channels: each with its own cursor.</summary>
public sealed class PatternTests
{
    private readonly MachineFixture _client = MachineFixture.Connected();

    [Fact]
    public void Events_arrive_under_their_channels_own_names_once_the_channel_was_announced()
    {
        var pattern = Follow("session.*.emotion");

        Announce("session.1.emotion", 4);
        Announce("session.2.emotion", 0);
        _client.Event(5, "session.1.emotion");
        _client.Event(1, "session.2.emotion");
        _client.Event(9, "session.3.emotion");

        var effects = _client.Take();
        Assert.Equal([("session.1.emotion", 5L), ("session.2.emotion", 1L)], effects.OfType<ClientEffect.Deliver>().Select(delivery => (delivery.Event.Channel, delivery.Event.Offset)));
        Assert.All(effects.OfType<ClientEffect.Deliver>(), delivery => Assert.Same(pattern, delivery.Subscription.Parent));
        Assert.Equal(["session.1.emotion", "session.2.emotion"], effects.OfType<ClientEffect.Notify>().Select(notify => notify.Notice.Channel));
        Assert.Equal(1, _client.Machine.EventsDropped);
        Assert.Equal(2, _client.Machine.ChannelsOfPatterns);
    }

    [Fact]
    public void Each_channel_is_acked_by_its_name()
    {
        Follow("a.>");
        Announce("a.x", 0);
        Announce("a.y", 0);
        _client.Event(1, "a.x");
        _client.Event(1, "a.y");
        var deliveries = _client.Take<ClientEffect.Deliver>();

        _client.Machine.Handled(_client.Now, deliveries[1]);

        Assert.Equal(("a.y", 1L), _client.TakeFrames().OfType<ClientFrame.Ack>().Select(ack => (ack.Channel, ack.Offset)).Single());
    }

    [Fact]
    public void A_new_connection_goes_on_from_the_session_s_cursors_and_nothing_comes_twice()
    {
        Follow("a.>", From.Earliest);
        Announce("a.x", 0);
        _client.Event(1, "a.x");
        _client.Event(2, "a.x");
        _client.Take();

        _client.Reconnect(Answer("a.>", Recovered.Full));
        Assert.Empty(_client.Hello.Subscriptions);
        Assert.Empty(_client.TakeFrames().OfType<ClientFrame.Subscribe>());
        _client.Event(2, "a.x");
        Assert.Empty(_client.Take<ClientEffect.Deliver>());
        Announce("a.x", 0, Recovered.Full);
        for (var offset = 1; offset <= 3; offset++)
            _client.Event(offset, "a.x");

        Assert.Equal(3, _client.TakeOne<ClientEffect.Deliver>().Event.Offset);
    }

    [Fact]
    public void A_session_that_does_not_bring_the_pattern_back_is_asked_for_it()
    {
        Follow("a.>", From.Earliest);

        _client.Reconnect();

        Assert.Equal(("a.>", From.Session), _client.TakeFrames().OfType<ClientFrame.Subscribe>().Select(asked => (asked.Channel, asked.From)).Single());
    }

    [Fact]
    public void A_pattern_of_the_session_that_is_asked_for_late_is_taken_up_on_another_connection_so_that_nothing_of_it_is_missed()
    {
        var client = new MachineFixture(options => options with { Session = new("s-1", "key") }).Start().Greet();
        client.Welcome(isResumed: true, Answer("a.>", Recovered.Full));
        client.Receive(MachineFixture.Subscribed(0, channel: "a.born"));
        client.Event(1, "a.born");
        client.Pass(TimeSpan.FromSeconds(2));
        client.Take();

        client.Follow("a.>", From.Session);
        var successor = client.GreetSuccessor();
        Assert.Empty(client.Hello.Subscriptions);
        client.WelcomeSuccessor(successor, Answer("a.>", Recovered.Full));
        client.Receive(MachineFixture.Subscribed(0, channel: "a.born"));
        client.Event(1, "a.born");

        var effects = client.Take();
        Assert.DoesNotContain(effects.OfType<ClientEffect.Send>(), send => send.Frame is ClientFrame.Subscribe);
        Assert.Empty(effects.OfType<ClientEffect.StateChanged>());
        Assert.Equal(("a.born", 1L), effects.OfType<ClientEffect.Deliver>().Select(delivery => (delivery.Event.Channel, delivery.Event.Offset)).Single());
    }

    [Fact]
    public void Without_acks_what_was_missed_is_told_as_lost()
    {
        Follow("a.>", From.Now, AckMode.None);
        Announce("a.x", 7);
        _client.Event(8, "a.x");
        _client.Take();

        _client.Reconnect(Answer("a.>"));
        Assert.Equal(From.Now, Assert.Single(_client.Hello.Subscriptions).From);
        Announce("a.x", 12);

        var gap = Assert.Single(_client.Take<ClientEffect.Notify>().Select(notify => notify.Notice).OfType<SubscriptionNotice.Gap>());
        Assert.Equal(("a.x", new OffsetRange(9, 12)), (gap.Channel, gap.Missing));
    }

    [Fact]
    public void An_exact_subscription_takes_the_channel_from_its_pattern_when_it_is_answered()
    {
        Follow("a.>");
        Announce("a.x", 0);
        var exact = _client.Follow("a.x");
        var asked = _client.TakeFrame<ClientFrame.Subscribe>();
        _client.Event(1, "a.x");
        Assert.NotNull(_client.TakeOne<ClientEffect.Deliver>().Subscription.Parent);

        _client.Receive(MachineFixture.Subscribed(0, channel: "a.x") with { Id = asked.Id });
        _client.Event(1, "a.x");

        Assert.Same(exact, _client.TakeOne<ClientEffect.Deliver>().Subscription);
        Assert.Equal(0, _client.Machine.ChannelsOfPatterns);
    }

    [Fact]
    public void When_the_exact_one_ends_the_channel_goes_on_by_its_pattern()
    {
        var pattern = Follow("a.>");
        var exact = _client.Follow("a.x");
        _client.Receive(MachineFixture.Subscribed(0, channel: "a.x") with { Id = _client.TakeFrame<ClientFrame.Subscribe>().Id });
        _client.Event(1, "a.x");
        _client.Take();

        _client.Machine.Unsubscribe(_client.Now, exact);
        Announce("a.x", 1, Recovered.Full);
        _client.Event(2, "a.x");

        Assert.Same(pattern, _client.TakeOne<ClientEffect.Deliver>().Subscription.Parent);
    }

    [Fact]
    public void The_most_specific_pattern_counts()
    {
        var wide = Follow("a.>");
        Announce("a.x.1", 0);
        var narrow = Follow("a.*.1");
        Announce("a.x.1", 3, Recovered.Full);
        Announce("a.x.2", 0);

        _client.Event(4, "a.x.1");
        _client.Event(1, "a.x.2");

        Assert.Equal([narrow, wide], _client.Take<ClientEffect.Deliver>().Select(delivery => delivery.Subscription.Parent));
    }

    [Fact]
    public void A_channel_that_may_not_be_followed_any_more_is_told_and_the_pattern_goes_on()
    {
        var pattern = Follow("a.>");
        Announce("a.x", 0);
        Announce("a.y", 0);
        _client.Take();

        _client.Receive(new ServerFrame.Unsubscribed("a.x", 2001, "gone"));
        _client.Event(1, "a.x");
        _client.Event(1, "a.y");

        var effects = _client.Take();
        Assert.Equal(new SubscriptionNotice.Withdrawn(2001, "gone") { Channel = "a.x" }, Assert.Single(effects.OfType<ClientEffect.Notify>()).Notice);
        Assert.Equal("a.y", Assert.Single(effects.OfType<ClientEffect.Deliver>()).Event.Channel);
        Assert.False(pattern.IsEnded);
        Announce("a.x", 5);
        _client.Event(6, "a.x");
        _client.TakeOne<ClientEffect.Deliver>();
    }

    [Fact]
    public void A_pattern_that_is_ended_ends_with_all_its_channels()
    {
        var pattern = Follow("a.>");
        Announce("a.x", 0);
        _client.Event(1, "a.x");
        var inHand = _client.TakeOne<ClientEffect.Deliver>();

        _client.Receive(new ServerFrame.Unsubscribed("a.>", 2003, "too many"));
        _client.Event(2, "a.x");
        _client.Machine.Handled(_client.Now, inHand);

        var effects = _client.Take();
        Assert.Equal(new SubscriptionNotice.Ended(2003, "too many") { Channel = "a.>" }, Assert.Single(effects.OfType<ClientEffect.Notify>()).Notice);
        Assert.Empty(effects.OfType<ClientEffect.Deliver>());
        Assert.Empty(effects.OfType<ClientEffect.Send>());
        Assert.True(pattern.IsEnded);
        Assert.Equal(0, _client.Machine.ChannelsOfPatterns);
    }

    [Fact]
    public void Leaving_a_pattern_names_the_pattern()
    {
        var pattern = Follow("a.>");
        Announce("a.x", 0);
        _client.Take();

        _client.Machine.Unsubscribe(_client.Now, pattern);
        _client.Event(1, "a.x");

        var effects = _client.Take();
        Assert.Equal("a.>", Assert.IsType<ClientFrame.Unsubscribe>(Assert.Single(effects.OfType<ClientEffect.Send>()).Frame).Channel);
        Assert.Empty(effects.OfType<ClientEffect.Deliver>());
    }

    [Fact]
    public void A_position_is_of_one_channel()
    {
        var refused = Assert.Throws<ArgumentException>(() => _client.Follow("a.>", new From.Position("e1", 3)));

        Assert.Contains("a.> means many", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_life_of_a_channel_s_log_is_told_for_that_channel()
    {
        Follow("a.>");
        Announce("a.x", 0);
        _client.Event(1, "a.x");
        _client.Take();

        Announce("a.x", 0, Recovered.Reset, "e2");
        _client.Event(1, "a.x");

        var effects = _client.Take();
        Assert.Equal("a.x", Assert.Single(effects.OfType<ClientEffect.Notify>().Select(notify => notify.Notice).OfType<SubscriptionNotice.Reset>()).Channel);
        Assert.Equal("e2", Assert.Single(effects.OfType<ClientEffect.Deliver>()).Epoch);
    }

    private ClientSubscription Follow(string pattern, From? from = null, AckMode ack = AckMode.Auto)
    {
        var subscription = _client.Follow(pattern, from ?? From.Session, ack);
        _client.Receive(Answer(pattern) with { Id = _client.TakeFrame<ClientFrame.Subscribe>().Id });
        _client.Take();
        return subscription;
    }

    private static ServerFrame.Subscribed Answer(string pattern, Recovered recovered = Recovered.None) => MachineFixture.Subscribed(0, recovered, epoch: "", channel: pattern);

    private void Announce(string channel, long offset, Recovered recovered = Recovered.None, string epoch = "e1") =>
        _client.Receive(MachineFixture.Subscribed(offset, recovered, epoch, channel));
}
