using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine;

/// <summary>Subscriptions around hello and welcome, and those that were left.</summary>
public sealed partial class SubscribingTests
{
    [Fact]
    public void Asks_after_the_welcome_for_what_the_hello_was_too_small_for()
    {
        for (var i = 0; i < 300; i++)
            _client.Follow($"channel-{i}");
        _client.Take();

        _client.Reconnect();

        var later = _client.TakeFrames().OfType<ClientFrame.Subscribe>().ToList();
        Assert.NotEmpty(later);
        Assert.Equal(300, _client.Hello.Subscriptions.Count + later.Count);
        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"channel-{i}"), _client.Hello.Subscriptions.Concat(later).Select(asked => asked.Channel));
    }

    [Fact]
    public void Asks_again_when_the_answer_to_a_subscription_of_the_hello_is_missed()
    {
        _client.Follow();
        _client.Reconnect();
        _client.Take();

        _client.Pass(TimeSpan.FromSeconds(10));

        _client.TakeFrame<ClientFrame.Subscribe>();
    }

    [Fact]
    public void Events_of_a_former_subscription_are_not_the_new_ones()
    {
        var former = Following(offset: 0);
        _client.Machine.Unsubscribe(_client.Now, former);
        _client.TakeFrame<ClientFrame.Unsubscribe>();
        _client.Follow();
        var asked = _client.TakeFrame<ClientFrame.Subscribe>();

        _client.Event(1);
        _client.Receive(new ServerFrame.Ok());
        _client.Receive(MachineFixture.Subscribed(5) with { Id = asked.Id });
        _client.Event(6);

        Assert.Equal([6], Delivered());
    }

    [Fact]
    public void A_subscription_that_was_left_between_hello_and_welcome_is_left_at_the_server_too()
    {
        var subscription = Following(offset: 0);
        _client.Lose();
        _client.Pass(TimeSpan.FromSeconds(1));
        _client.Greet();
        _client.Machine.Unsubscribe(_client.Now, subscription);

        _client.Welcome(isResumed: true, MachineFixture.Subscribed(0, Recovered.Full));

        Assert.Equal("prices", _client.TakeFrame<ClientFrame.Unsubscribe>().Channel);
    }

    [Fact]
    public void A_subscription_that_was_left_while_there_was_no_connection_is_left_at_the_next()
    {
        var subscription = Following(offset: 0);
        _client.Lose();
        _client.Machine.Unsubscribe(_client.Now, subscription);
        _client.Pass(TimeSpan.FromSeconds(1));

        _client.Greet().Welcome(isResumed: true, MachineFixture.Subscribed(0, Recovered.Full));

        Assert.Equal("prices", _client.TakeFrame<ClientFrame.Unsubscribe>().Channel);
    }

    [Fact]
    public void What_the_session_follows_and_this_process_not_yet_is_kept_and_taken_up_where_it_was_left_off()
    {
        var client = new MachineFixture().Start().Greet().Welcome(isResumed: true, MachineFixture.Subscribed(41, Recovered.Full));
        client.Event(42);
        Assert.Empty(client.TakeFrames().OfType<ClientFrame.Unsubscribe>());

        client.Follow(from: From.Session);
        var asked = client.TakeFrame<ClientFrame.Subscribe>();
        Assert.Equal(new From.Position("e1", 41), asked.From);
        client.Event(43);
        client.Receive(MachineFixture.Subscribed(41, Recovered.Full) with { Id = asked.Id });
        client.Event(42);
        client.Event(43);

        Assert.Equal([42, 43], client.Take<ClientEffect.Deliver>().Select(delivery => delivery.Event.Offset));
    }

    [Fact]
    public void What_is_asked_for_between_hello_and_welcome_begins_where_the_session_left_off()
    {
        var client = new MachineFixture().Start().Greet();
        client.Follow(from: From.Session);

        client.Welcome(isResumed: true, MachineFixture.Subscribed(41, Recovered.Full));

        Assert.Equal(new From.Position("e1", 41), client.TakeFrame<ClientFrame.Subscribe>().From);
    }

    [Fact]
    public void A_gap_or_a_reset_that_the_session_met_before_anybody_asked_is_told_to_whoever_asks()
    {
        var gapped = MachineFixture.Subscribed(9, Recovered.Gap) with { Missing = new OffsetRange(4, 9) };
        var client = new MachineFixture().Start().Greet().Welcome(isResumed: true, gapped, MachineFixture.Subscribed(0, Recovered.Reset, "e2", "news"));
        client.Take();

        client.Follow(from: From.Session);
        Assert.Equal(new From.Position("e1", 3), client.TakeFrame<ClientFrame.Subscribe>().From);
        client.Follow("news", From.Session);
        client.Take();
        client.Receive(MachineFixture.Subscribed(0, Recovered.Full, "e2", "news"));

        Assert.IsType<SubscriptionNotice.Reset>(client.Take<ClientEffect.Notify>()[0].Notice);
    }

    [Fact]
    public void A_channel_is_followed_once()
    {
        _client.Follow();

        Assert.Throws<InvalidOperationException>(() => _client.Follow());
    }

    [Fact]
    public void A_session_that_does_not_know_the_channel_begins_where_the_first_time_begins()
    {
        var client = new MachineFixture();
        client.Machine.Subscribe(client.Now, new ClientFrame.Subscribe { Channel = "prices", From = From.Session }, From.Earliest);

        client.Start().Greet().Welcome(isResumed: false);

        Assert.Empty(client.Hello.Subscriptions);
        Assert.Equal(From.Earliest, client.TakeFrame<ClientFrame.Subscribe>().From);
    }

    [Fact]
    public void A_session_that_knows_the_channel_goes_on_at_its_cursor_and_not_where_the_first_time_begins()
    {
        var client = new MachineFixture();
        client.Machine.Subscribe(client.Now, new ClientFrame.Subscribe { Channel = "prices", From = From.Session }, From.Earliest);

        client.Start().Greet().Welcome(isResumed: true, MachineFixture.Subscribed(7, Recovered.Full));

        Assert.Equal(new From.Position("e1", 7), client.TakeFrame<ClientFrame.Subscribe>().From);
    }

    [Fact]
    public void A_channel_that_is_followed_later_begins_by_what_the_session_knew_at_its_welcome()
    {
        var client = new MachineFixture().Start().Greet().Welcome(isResumed: true, MachineFixture.Subscribed(7, Recovered.Full));
        client.Take();

        client.Machine.Subscribe(client.Now, new ClientFrame.Subscribe { Channel = "prices", From = From.Session }, From.Earliest);
        client.Machine.Subscribe(client.Now, new ClientFrame.Subscribe { Channel = "rates", From = From.Session }, From.Earliest);

        Assert.Equal([new From.Position("e1", 7), From.Earliest], client.TakeFrames().OfType<ClientFrame.Subscribe>().Select(asked => asked.From));
    }

    [Fact]
    public void A_first_time_whose_answer_was_lost_is_asked_for_again_from_where_the_session_is_by_then()
    {
        var client = new MachineFixture();
        client.Machine.Subscribe(client.Now, new ClientFrame.Subscribe { Channel = "prices", From = From.Session }, From.Earliest);
        client.Start().Greet().Welcome(isResumed: false);
        client.Take();

        client.Reconnect();
        Assert.Equal(From.Earliest, client.TakeFrame<ClientFrame.Subscribe>().From);
        client.Reconnect(MachineFixture.Subscribed(0, Recovered.Full));

        Assert.Equal(new From.Position("e1", 0), client.TakeFrame<ClientFrame.Subscribe>().From);
    }

    [Fact]
    public void A_first_time_whose_answer_was_lost_is_a_beginning_to_the_application_although_the_session_goes_on_by_then()
    {
        var client = new MachineFixture();
        client.Machine.Subscribe(client.Now, new ClientFrame.Subscribe { Channel = "prices", From = From.Session }, From.Now);
        client.Start().Greet().Welcome(isResumed: true);
        client.Reconnect(MachineFixture.Subscribed(4, Recovered.Full));
        client.Take();

        client.Receive(MachineFixture.Subscribed(4, Recovered.Full));

        Assert.Equal(new SubscriptionNotice.Started("e1", 4, 4, Recovered.None) { Channel = "prices" }, client.Take<ClientEffect.Notify>().Single().Notice);
    }

    [Fact]
    public void Where_nobody_has_heard_yet_that_the_session_begins_anew_its_cursor_is_asked_for_and_not_a_position()
    {
        var client = new MachineFixture().Start().Greet().Welcome(isResumed: true, MachineFixture.Subscribed(4, Recovered.None));
        client.Take();

        client.Machine.Subscribe(client.Now, new ClientFrame.Subscribe { Channel = "prices", From = From.Session }, From.Earliest);
        Assert.Equal(From.Session, client.TakeFrame<ClientFrame.Subscribe>().From);
        client.Receive(MachineFixture.Subscribed(4, Recovered.None));

        Assert.Equal(new SubscriptionNotice.Started("e1", 4, 4, Recovered.None) { Channel = "prices" }, client.Take<ClientEffect.Notify>().Single().Notice);
    }
}
