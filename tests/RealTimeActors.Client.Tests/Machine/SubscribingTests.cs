using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine;

public sealed class SubscribingTests
{
    private readonly MachineFixture _client = MachineFixture.Connected();

    [Fact]
    public void Delivers_each_offset_once()
    {
        Following(offset: 0);

        _client.Event(1);
        _client.Event(2);
        _client.Event(1);
        _client.Event(3);
        _client.Event(2, attempt: 2);

        Assert.Equal([1, 2, 3], Delivered());
        Assert.Equal(2, _client.Machine.EventsDropped);
    }

    [Fact]
    public void Goes_on_from_where_it_stands_after_a_reconnect()
    {
        Following(offset: 10);
        _client.Event(11);
        _client.Event(13);
        Assert.Equal([11, 13], Delivered());

        _client.Reconnect(MachineFixture.Subscribed(11, Recovered.Full));
        Assert.Equal(new From.Position("e1", 11), Assert.Single(_client.Hello.Subscriptions).From);
        _client.Event(12);
        _client.Event(13);
        _client.Event(14);

        Assert.Equal([12, 14], Delivered());
    }

    [Fact]
    public void Begins_where_the_application_wanted_as_long_as_no_position_is_known()
    {
        _client.Follow(from: From.Session);
        _client.Take();

        _client.Reconnect();

        Assert.Equal(From.Session, Assert.Single(_client.Hello.Subscriptions).From);
    }

    [Fact]
    public void A_position_is_kept_from_the_first_answer_on_even_without_events()
    {
        Following(offset: 93);

        _client.Reconnect();

        Assert.Equal(new From.Position("e1", 93), Assert.Single(_client.Hello.Subscriptions).From);
    }

    [Fact]
    public void Tells_a_gap_that_the_server_announces_on_resume()
    {
        Following(offset: 3);

        _client.Reconnect(MachineFixture.Subscribed(9, Recovered.Gap) with { Missing = new OffsetRange(4, 9), Reason = "retention" });
        _client.Event(10);

        Assert.Equal([new SubscriptionNotice.Started("e1", 9, 9, Recovered.Gap), new SubscriptionNotice.Gap(new OffsetRange(4, 9), "retention"), 10L], DeliveredAndTold());
    }

    [Fact]
    public void Tells_exactly_what_was_lost_when_part_of_a_gap_had_come_ahead()
    {
        Following(offset: 0);
        _client.Event(1);
        _client.Event(4);

        _client.Receive(new ServerFrame.Gap("prices", 2, 6, "dropped"));

        Assert.Equal([1L, 4L, new SubscriptionNotice.Gap(new OffsetRange(2, 3), "dropped"), new SubscriptionNotice.Gap(new OffsetRange(5, 6), "dropped")], DeliveredAndTold());
    }

    [Fact]
    public void Tells_what_is_lost_when_a_server_goes_on_behind_a_hole_without_a_word()
    {
        Following(offset: 3);

        _client.Reconnect(MachineFixture.Subscribed(7, Recovered.Full));

        var gap = Assert.Single(DeliveredAndTold().OfType<SubscriptionNotice.Gap>());
        Assert.Equal(new OffsetRange(4, 7), gap.Missing);
    }

    [Fact]
    public void A_reset_forgets_the_positions_and_is_told_before_the_replay()
    {
        var subscription = Following(offset: 0);
        _client.Event(1);
        _client.Event(2);
        var former = _client.Take<ClientEffect.Deliver>();

        _client.Reconnect(MachineFixture.Subscribed(0, Recovered.Reset, epoch: "e2"));
        _client.Take<ClientEffect.SessionChanged>();
        _client.Event(1);
        Assert.Equal(1, subscription.ReceivedPrefix);
        Assert.Equal("e2", subscription.Epoch);

        // What is still in the application's hands is of the former life and acks nothing of this one.
        former.ForEach(delivery => _client.Machine.Handled(_client.Now, delivery));
        Assert.Equal(0, subscription.ProcessedPrefix);
        Assert.Equal([1], Delivered());
    }

    [Fact]
    public void Another_epoch_is_a_reset_whatever_it_is_called()
    {
        Following(offset: 5);

        _client.Receive(MachineFixture.Subscribed(0, Recovered.Full, epoch: "e2"));
        _client.Event(1);

        Assert.Equal(["Reset", "Started", "1"], DeliveredAndTold().Select(item => item is long offset ? offset.ToString() : item.GetType().Name));
    }

    [Fact]
    public void Skips_move_the_position_and_are_not_told()
    {
        var subscription = Following(offset: 0);

        _client.Receive(new ServerFrame.Skip("prices", 1, 40));
        _client.Event(41);

        Assert.Equal(41, subscription.ReceivedPrefix);
        Assert.Equal([41], Delivered());
    }

    [Fact]
    public void Tells_of_lag()
    {
        Following(offset: 0);

        _client.Receive(new ServerFrame.Lag("prices", 310, "catchUp"));

        Assert.Equal([new SubscriptionNotice.Lag(310, "catchUp")], DeliveredAndTold());
    }

    [Theory]
    [InlineData(2000)]
    [InlineData(2499)]
    public void Stays_out_when_told_to(int code)
    {
        var subscription = Following(offset: 0);

        _client.Receive(new ServerFrame.Unsubscribed("prices", code, "no"));

        Assert.True(subscription.IsEnded);
        Assert.Equal([new SubscriptionNotice.Ended(code, "no")], DeliveredAndTold());
        Assert.Null(Record.Exception(() => _client.Follow()));
    }

    [Fact]
    public void Asks_again_from_where_it_stands_after_a_pause_that_grows()
    {
        Following(offset: 7);

        _client.Receive(new ServerFrame.Unsubscribed("prices", 2503, "moved"));
        _client.Pass(TimeSpan.FromMilliseconds(99));
        Assert.Empty(_client.TakeFrames());
        _client.Pass(TimeSpan.FromMilliseconds(1));
        var again = _client.TakeFrame<ClientFrame.Subscribe>();
        Assert.Equal(new From.Position("e1", 7), again.From);

        _client.Receive(new ServerFrame.Error(ErrorCode.Overloaded, "busy") { Id = again.Id });
        _client.Pass(TimeSpan.FromMilliseconds(200));
        _client.TakeFrame<ClientFrame.Subscribe>();
    }

    [Fact]
    public void A_refusal_for_good_ends_it_with_the_code()
    {
        _client.Follow();
        var asked = _client.TakeFrame<ClientFrame.Subscribe>();

        _client.Receive(new ServerFrame.Error(ErrorCode.Forbidden, "not yours") { Id = asked.Id });

        Assert.Equal([new SubscriptionNotice.Ended(103, "not yours")], DeliveredAndTold());
    }

    [Fact]
    public void A_position_that_may_not_be_used_falls_back_to_the_sessions_cursor()
    {
        Following(offset: 7);
        _client.Receive(new ServerFrame.Unsubscribed("prices", 2500, "again"));
        _client.Pass(TimeSpan.FromMilliseconds(100));
        var asked = _client.TakeFrame<ClientFrame.Subscribe>();

        _client.Receive(new ServerFrame.Error(ErrorCode.Forbidden, "no history") { Id = asked.Id });

        Assert.Equal(From.Session, _client.TakeFrame<ClientFrame.Subscribe>().From);
    }

    [Fact]
    public void A_position_that_is_gone_begins_again_from_the_earliest_as_a_reset()
    {
        Following(offset: 7);
        _client.Receive(new ServerFrame.Unsubscribed("prices", 2500, "again"));
        _client.Pass(TimeSpan.FromMilliseconds(100));
        var asked = _client.TakeFrame<ClientFrame.Subscribe>();
        _client.Receive(new ServerFrame.Error(ErrorCode.PositionGone, "gone") { Id = asked.Id });
        asked = _client.TakeFrame<ClientFrame.Subscribe>();
        Assert.Equal(From.Earliest, asked.From);

        _client.Receive(MachineFixture.Subscribed(0) with { Id = asked.Id });
        _client.Event(1);

        Assert.Equal(["Reset", "Started", "1"], DeliveredAndTold().Select(item => item is long offset ? offset.ToString() : item.GetType().Name));
    }

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

    private ClientSubscription Following(long offset)
    {
        var subscription = _client.Follow();
        var asked = _client.TakeFrame<ClientFrame.Subscribe>();
        _client.Receive(MachineFixture.Subscribed(offset) with { Id = asked.Id });
        _client.Take();
        return subscription;
    }

    private IEnumerable<long> Delivered() => _client.Take<ClientEffect.Deliver>().Select(delivery => delivery.Event.Offset);

    private List<object> DeliveredAndTold()
    {
        var items = new List<object>();
        foreach (var effect in _client.Take())
        {
            if (effect is ClientEffect.Deliver delivery)
                items.Add(delivery.Event.Offset);
            else if (effect is ClientEffect.Notify notify)
                items.Add(notify.Notice);
        }

        return items;
    }
}
