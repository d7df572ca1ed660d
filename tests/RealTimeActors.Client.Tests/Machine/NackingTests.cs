using RealTimeActors.Client.Machine;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine;

public sealed class NackingTests
{
    private readonly MachineFixture _client = MachineFixture.Connected();

    [Fact]
    public void What_is_nacked_is_not_acked_when_its_handler_returns_and_the_others_go_ahead()
    {
        Following();
        var delivered = Deliver(1, 2, 3);

        _client.Machine.Nack(_client.Now, delivered[1], "busy");
        delivered.ForEach(delivery => _client.Machine.Handled(_client.Now, delivery));

        var frames = _client.TakeFrames();
        Assert.Equal(new ClientFrame.Nack("prices", 2, "busy"), Assert.Single(frames.OfType<ClientFrame.Nack>()));
        var ack = frames.OfType<ClientFrame.Ack>().Last();
        Assert.Equal(1, ack.Offset);
        Assert.Equal([new OffsetRange(3, 3)], ack.Ranges);
    }

    [Fact]
    public void What_is_delivered_again_is_handed_over_once_per_attempt_and_acked_like_any_other()
    {
        Following();
        var first = Deliver(1)[0];
        _client.Machine.Nack(_client.Now, first, null);
        _client.Machine.Handled(_client.Now, first);
        _client.Take();

        _client.Event(1, attempt: 2);
        _client.Event(1, attempt: 2);

        var again = _client.TakeOne<ClientEffect.Deliver>();
        Assert.Equal((1L, 2), (again.Event.Offset, again.Attempt));
        _client.Machine.Handled(_client.Now, again);
        Assert.Equal(1, _client.TakeFrame<ClientFrame.Ack>().Offset);
    }

    [Fact]
    public void A_redelivery_of_what_was_acked_is_dropped()
    {
        Following();
        _client.Machine.Handled(_client.Now, Deliver(1)[0]);
        _client.Take();

        _client.Event(1, attempt: 2);

        Assert.Empty(_client.Take<ClientEffect.Deliver>());
    }

    [Fact]
    public void A_process_that_never_saw_it_takes_a_redelivery_as_it_comes()
    {
        Following();

        _client.Event(1, attempt: 4);

        Assert.Equal(4, _client.TakeOne<ClientEffect.Deliver>().Attempt);
    }

    [Fact]
    public void A_nack_is_said_again_on_the_next_connection()
    {
        Following();
        var delivered = Deliver(1)[0];
        _client.Machine.Nack(_client.Now, delivered, "busy");
        _client.Take();

        _client.Reconnect(MachineFixture.Subscribed(0, Recovered.Full));

        Assert.Equal(new ClientFrame.Nack("prices", 1, "busy"), _client.TakeFrame<ClientFrame.Nack>());
    }

    [Fact]
    public void A_nack_without_a_connection_is_said_on_the_next()
    {
        Following();
        var delivered = Deliver(1)[0];
        _client.Lose();
        _client.Machine.Nack(_client.Now, delivered, null);
        Assert.DoesNotContain(_client.TakeFrames(), frame => frame is ClientFrame.Nack);

        _client.Reconnect(MachineFixture.Subscribed(0, Recovered.Full));

        Assert.Equal(1, _client.TakeFrame<ClientFrame.Nack>().Offset);
    }

    [Fact]
    public void A_server_that_sends_it_as_if_it_had_not_heard_is_told_again()
    {
        Following();
        _client.Machine.Nack(_client.Now, Deliver(1)[0], "busy");
        _client.Take();

        _client.Event(1);

        Assert.Equal(new ClientFrame.Nack("prices", 1, "busy"), _client.TakeFrame<ClientFrame.Nack>());
    }

    [Fact]
    public void What_the_server_has_given_up_on_counts_as_done()
    {
        Following();
        _client.Machine.Nack(_client.Now, Deliver(1)[0], null);
        _client.Take();

        _client.Receive(new ServerFrame.Skip("prices", 1, 1));

        Assert.Equal(1, _client.TakeFrame<ClientFrame.Ack>().Offset);
    }

    [Fact]
    public void Nothing_of_a_subscription_without_acks_can_be_nacked()
    {
        Following(AckMode.None);

        Assert.Throws<InvalidOperationException>(() => _client.Machine.Nack(_client.Now, Deliver(1)[0], null));
    }

    private void Following(AckMode ack = AckMode.Auto)
    {
        _client.Follow(ack: ack);
        _client.Receive(MachineFixture.Subscribed(0) with { Id = _client.TakeFrame<ClientFrame.Subscribe>().Id });
        _client.Take();
    }

    private List<ClientEffect.Deliver> Deliver(params long[] offsets)
    {
        foreach (var offset in offsets)
            _client.Event(offset);
        return _client.Take<ClientEffect.Deliver>();
    }
}
