using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine;

public sealed partial class SubscribingTests
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
    public void Asks_from_what_the_application_is_done_with_and_hands_over_once_what_it_has_already()
    {
        Following(offset: 10);
        _client.Event(11);
        _client.Event(13);
        Assert.Equal([11, 13], Delivered());

        // Neither handler has returned: the position that is asked for becomes the session's cursor, and must not pass what could still be lost with this process.
        _client.Reconnect(MachineFixture.Subscribed(10, Recovered.Full));
        Assert.Equal(new From.Position("e1", 10), Assert.Single(_client.Hello.Subscriptions).From);
        _client.Event(11);
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

        Assert.Equal([new SubscriptionNotice.Started("e1", 9, 9, Recovered.Gap) { Channel = "prices" }, new SubscriptionNotice.Gap(new OffsetRange(4, 9), "retention") { Channel = "prices" }, 10L], DeliveredAndTold());
    }

    [Theory]
    [InlineData(5, Recovered.Full)]
    [InlineData(9, Recovered.Gap)]
    public void A_server_that_begins_anew_is_no_beginning_to_an_application_that_goes_on_in_the_same_log(long offset, Recovered told)
    {
        var followed = Following(offset: 3);
        _client.Event(4);
        _client.Event(5);
        DeliveredAndTold();

        _client.Reconnect(MachineFixture.Subscribed(offset));

        Assert.Equal(told, Assert.Single(DeliveredAndTold().OfType<SubscriptionNotice.Started>()).Recovered);
        Assert.Equal(offset, followed.ReceivedPrefix);
        _client.Event(4);
        Assert.Empty(Delivered());
    }

    [Fact]
    public void Tells_exactly_what_was_lost_when_part_of_a_gap_had_come_ahead()
    {
        Following(offset: 0);
        _client.Event(1);
        _client.Event(4);

        _client.Receive(new ServerFrame.Gap("prices", 2, 6, "dropped"));

        Assert.Equal([1L, 4L, new SubscriptionNotice.Gap(new OffsetRange(2, 3), "dropped") { Channel = "prices" }, new SubscriptionNotice.Gap(new OffsetRange(5, 6), "dropped") { Channel = "prices" }], DeliveredAndTold());
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

        Assert.Equal([new SubscriptionNotice.Lag(310, "catchUp") { Channel = "prices" }], DeliveredAndTold());
    }

    [Theory]
    [InlineData(2000)]
    [InlineData(2499)]
    public void Stays_out_when_told_to(int code)
    {
        var subscription = Following(offset: 0);

        _client.Receive(new ServerFrame.Unsubscribed("prices", code, "no"));

        Assert.True(subscription.IsEnded);
        Assert.Equal([new SubscriptionNotice.Ended(code, "no") { Channel = "prices" }], DeliveredAndTold());
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

        Assert.Equal([new SubscriptionNotice.Ended(103, "not yours") { Channel = "prices" }], DeliveredAndTold());
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
