using RealTimeActors.Client.Machine;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine;

public sealed class PublishingTests
{
    private readonly MachineFixture _client = MachineFixture.Connected();

    [Fact]
    public void Completes_with_the_receipt()
    {
        var request = _client.Publish();
        var sent = _client.TakeFrame<ClientFrame.Publish>();

        _client.Receipt(sent, offset: 7);

        Assert.Equal(request, sent.Id);
        Assert.Equal(_client.Machine.ProducerId, sent.ProducerId);
        var complete = _client.TakeOne<ClientEffect.Complete>();
        Assert.Equal(request, complete.Request);
        Assert.Equal(7, Assert.IsType<RequestOutcome.Published>(complete.Outcome).Receipt.Offset);
        Assert.Equal(0, _client.Machine.PublishesWaiting);
    }

    [Fact]
    public void Sends_what_is_unanswered_again_in_order_and_with_the_same_sequence()
    {
        _client.Publish("1");
        _client.Publish("2");
        _client.Publish("3");
        var first = Published();
        _client.Receipt(first[1]);
        _client.Take();

        _client.Reconnect();

        Assert.Equal([first[0], first[2]], Published());
        _client.Receipt(first[0], duplicate: true);
        var published = Assert.IsType<RequestOutcome.Published>(_client.TakeOne<ClientEffect.Complete>().Outcome);
        Assert.True(published.Receipt.Duplicate);
    }

    [Fact]
    public void Keeps_what_is_published_without_a_connection_until_there_is_one()
    {
        _client.Lose();
        _client.Publish("1");
        _client.Publish("2");
        Assert.Empty(_client.TakeFrames());

        _client.Pass(TimeSpan.FromMilliseconds(100));
        _client.Greet().Welcome();

        Assert.Equal(["1", "2"], Published().Select(Text));
    }

    [Fact]
    public void An_unknown_outcome_is_asked_again_with_the_same_sequence_after_a_pause()
    {
        _client.Publish();
        var sent = _client.TakeFrame<ClientFrame.Publish>();

        _client.Receipt(sent, ReceiptStatus.Unknown);
        Assert.Empty(_client.Take());
        _client.Pass(TimeSpan.FromMilliseconds(100));

        Assert.Equal(sent, _client.TakeFrame<ClientFrame.Publish>());
    }

    [Fact]
    public void What_follows_one_that_must_be_repeated_waits_for_it_and_other_channels_do_not()
    {
        _client.Publish("1");
        var first = _client.TakeFrame<ClientFrame.Publish>();
        _client.Receive(new ServerFrame.Error(ErrorCode.Overloaded, "busy") { Id = first.Id, AfterMs = 500 });

        _client.Publish("2");
        _client.Publish("3", "elsewhere");
        Assert.Equal("elsewhere", _client.TakeFrame<ClientFrame.Publish>().Channel);
        _client.Pass(TimeSpan.FromMilliseconds(499));
        Assert.Empty(_client.TakeFrames());
        _client.Pass(TimeSpan.FromMilliseconds(1));

        Assert.Equal(["1", "2"], Published().Select(Text));
    }

    [Fact]
    public void A_refusal_is_the_answer()
    {
        _client.Publish();

        _client.Receive(new ServerFrame.Error(ErrorCode.Forbidden, "no") { Id = _client.TakeFrame<ClientFrame.Publish>().Id });

        Assert.Equal(new RequestOutcome.Refused(ErrorCode.Forbidden, "no", MayBeInLog: false), _client.TakeOne<ClientEffect.Complete>().Outcome);
    }

    [Fact]
    public void A_refusal_of_a_repeat_says_that_the_first_may_be_in_the_log()
    {
        _client.Publish();
        _client.Reconnect();

        _client.Receive(new ServerFrame.Error(ErrorCode.FencedOrOutOfWindow, "too old") { Id = _client.TakeFrame<ClientFrame.Publish>().Id });

        Assert.Equal(new RequestOutcome.Refused(ErrorCode.FencedOrOutOfWindow, "too old", MayBeInLog: true), _client.TakeOne<ClientEffect.Complete>().Outcome);
    }

    [Fact]
    public void A_server_that_says_later_again_and_again_is_believed_in_the_end()
    {
        _client.Publish();

        for (var i = 0; i < 10; i++)
        {
            _client.Receive(new ServerFrame.Error(ErrorCode.RateLimited, "later") { Id = _client.TakeFrame<ClientFrame.Publish>().Id });
            if (i < 9)
                _client.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(new RequestOutcome.Refused(ErrorCode.RateLimited, "later", MayBeInLog: false), _client.TakeOne<ClientEffect.Complete>().Outcome);
    }

    [Fact]
    public void One_more_than_the_outbox_holds_is_rejected_and_room_is_made_by_answers()
    {
        var client = MachineFixture.Connected(options => options with { OutboxCountMax = 2 });
        client.Publish();
        client.Publish();
        var sent = client.TakeFrames();

        client.Publish();
        Assert.Equal(RejectReason.OutboxFull, Assert.IsType<RequestOutcome.Rejected>(client.TakeOne<ClientEffect.Complete>().Outcome).Reason);
        client.Receipt(sent[0]);
        client.Take();
        client.Publish();

        client.TakeFrame<ClientFrame.Publish>();
    }

    [Fact]
    public void The_outbox_is_bounded_in_bytes_too()
    {
        var client = MachineFixture.Connected(options => options with { OutboxBytesMax = 1_000 });
        client.Publish(new string('1', 600));

        client.Publish(new string('1', 600));

        Assert.Equal(RejectReason.OutboxFull, Assert.IsType<RequestOutcome.Rejected>(client.TakeOne<ClientEffect.Complete>().Outcome).Reason);
    }

    [Fact]
    public void What_no_server_would_take_is_not_sent()
    {
        _client.Publish(new string('1', 65_536));

        Assert.Equal(RejectReason.TooLarge, Assert.IsType<RequestOutcome.Rejected>(_client.TakeOne<ClientEffect.Complete>().Outcome).Reason);
    }

    [Fact]
    public void No_more_is_in_flight_than_the_channel_remembers_after_the_oldest_unanswered()
    {
        var client = MachineFixture.Connected(options => options with { ChannelInFlightMax = 3 });
        for (var i = 1; i <= 5; i++)
            client.Publish($"{i}");
        var sent = client.TakeFrames();
        Assert.Equal(3, sent.Count);

        // The oldest is still unanswered: were it repeated, these two would count as after it.
        client.Receipt(sent[1]);
        client.Receipt(sent[2]);
        Assert.Empty(client.TakeFrames());
        client.Receipt(sent[0]);

        Assert.Equal(["4", "5"], client.TakeFrames().Cast<ClientFrame.Publish>().Select(Text));
    }

    [Fact]
    public void Sequences_in_a_window_are_consecutive_and_grow_for_ever_whatever_else_is_published()
    {
        _client.Publish(channel: "a");
        var first = _client.TakeFrame<ClientFrame.Publish>();
        var elsewhere = new List<long>();
        for (var i = 0; i < 2_000; i++)
        {
            _client.Publish(channel: "b");
            var sent = _client.TakeFrame<ClientFrame.Publish>();
            elsewhere.Add(sent.ProducerSequence);
            _client.Receipt(sent);
        }

        _client.Publish(channel: "a");

        // The first is still unanswered: were the second a thousand sequences further, a repeat of the first would count as forgotten.
        Assert.Equal(first.ProducerSequence + 1, _client.TakeFrame<ClientFrame.Publish>().ProducerSequence);
        Assert.Equal(elsewhere.Distinct().Order(), elsewhere);
    }

    [Fact]
    public void A_publish_that_nobody_confirms_is_done_once_it_is_sent_and_never_repeated()
    {
        _client.Lose();
        _client.Pass(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 1_500; i++)
            _client.Publish(confirm: Confirm.None);
        _client.Greet().Welcome();

        var effects = _client.Take();
        Assert.Equal(1_500, effects.OfType<ClientEffect.Send>().Count(send => send.Frame is ClientFrame.Publish));
        Assert.All(effects.OfType<ClientEffect.Complete>(), complete => Assert.IsType<RequestOutcome.Sent>(complete.Outcome));

        _client.Reconnect();
        Assert.Empty(Published());
    }

    [Theory]
    [InlineData(Confirm.Accepted, ReceiptStatus.Accepted)]
    [InlineData(Confirm.Persisted, ReceiptStatus.Persisted)]
    [InlineData(Confirm.Delivered, ReceiptStatus.Delivered)]
    public void Every_confirm_level_is_answered_by_its_receipt(Confirm confirm, ReceiptStatus status)
    {
        _client.Publish(confirm: confirm);
        var sent = _client.TakeFrame<ClientFrame.Publish>();
        Assert.Equal(confirm, sent.Confirm);

        _client.Receipt(sent, status);

        Assert.Equal(status, Assert.IsType<RequestOutcome.Published>(_client.TakeOne<ClientEffect.Complete>().Outcome).Receipt.Status);
    }

    [Fact]
    public void Closing_tells_apart_what_may_be_in_the_log_from_what_is_not()
    {
        var client = MachineFixture.Connected(options => options with { ChannelInFlightMax = 1 });
        client.Publish("1");
        client.Publish("2");
        client.Machine.Close(client.Now, keepSession: true);
        client.Take();

        client.Lose();

        var outcomes = client.Take<ClientEffect.Complete>().ConvertAll(complete => complete.Outcome);
        Assert.IsType<RequestOutcome.Unresolved>(outcomes[0]);
        Assert.Equal(RejectReason.Closed, Assert.IsType<RequestOutcome.Rejected>(outcomes[1]).Reason);
        client.Publish();
        Assert.Equal(RejectReason.Closed, Assert.IsType<RequestOutcome.Rejected>(client.TakeOne<ClientEffect.Complete>().Outcome).Reason);
    }

    [Fact]
    public void A_publish_ends_when_its_time_is_up()
    {
        var client = MachineFixture.Connected(options => options with { PublishWithin = TimeSpan.FromSeconds(3), ChannelInFlightMax = 1 });
        client.Publish("1");
        client.Pass(TimeSpan.FromSeconds(1));
        client.Publish("2");
        client.Take();
        client.Lose();

        client.Pass(TimeSpan.FromSeconds(2));
        Assert.IsType<RequestOutcome.Unresolved>(client.TakeOne<ClientEffect.Complete>().Outcome);
        client.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(RejectReason.Withdrawn, Assert.IsType<RequestOutcome.Rejected>(client.TakeOne<ClientEffect.Complete>().Outcome).Reason);
    }

    [Fact]
    public void Withdrawing_the_oldest_makes_way_for_the_next()
    {
        var client = MachineFixture.Connected(options => options with { ChannelInFlightMax = 1 });
        var first = client.Publish("1");
        client.Publish("2");
        client.Take();

        client.Machine.Withdraw(client.Now, first);

        var effects = client.Take();
        Assert.IsType<RequestOutcome.Unresolved>(Assert.Single(effects.OfType<ClientEffect.Complete>()).Outcome);
        Assert.Equal("2", Text((ClientFrame.Publish)Assert.Single(effects.OfType<ClientEffect.Send>()).Frame));
    }

    [Fact]
    public void A_publish_for_which_the_token_was_too_old_goes_out_again_with_a_new_one()
    {
        var client = new MachineFixture(options => options with { UsesTokens = true }).Start();
        client.Take();
        client.Machine.TokenObtained(client.Now, "first");
        client.Greet().Welcome();
        client.Take();
        client.Publish();

        client.Receive(new ServerFrame.Error(ErrorCode.Unauthenticated, "expired") { Id = client.TakeFrame<ClientFrame.Publish>().Id });
        client.TakeOne<ClientEffect.ObtainToken>();
        client.Machine.TokenObtained(client.Now, "second");
        client.Greet().Welcome();

        client.TakeFrame<ClientFrame.Publish>();
    }

    [Fact]
    public void A_read_is_answered_by_its_page_and_asked_again_after_a_reconnect()
    {
        var request = _client.Machine.Read(_client.Now, new ClientFrame.Read { Channel = "prices", What = "events", From = From.Earliest });
        _client.Take();
        _client.Reconnect();
        var asked = _client.TakeFrame<ClientFrame.Read>();

        _client.Receive(new ServerFrame.Page { Id = asked.Id, Channel = "prices", What = "events" });

        var complete = _client.TakeOne<ClientEffect.Complete>();
        Assert.Equal(request, complete.Request);
        Assert.IsType<RequestOutcome.Paged>(complete.Outcome);
    }

    [Fact]
    public void A_read_ends_when_its_time_is_up()
    {
        _client.Lose();
        _client.Machine.Read(_client.Now, new ClientFrame.Read { Channel = "prices", What = "stats" });

        for (var i = 0; i < 30; i++)
            _client.Pass(TimeSpan.FromSeconds(1));

        Assert.IsType<RequestOutcome.Unresolved>(_client.TakeOne<ClientEffect.Complete>().Outcome);
    }

    private List<ClientFrame.Publish> Published() => _client.TakeFrames().OfType<ClientFrame.Publish>().ToList();

    private static string Text(ClientFrame.Publish publish) => System.Text.Encoding.UTF8.GetString(publish.Data.Span);
}
