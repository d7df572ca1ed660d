using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine;

public sealed class AckingTests
{
    [Fact]
    public void One_ack_says_what_was_handled_since_the_last()
    {
        var client = MachineFixture.Connected(options => options with { AckDelay = TimeSpan.FromMilliseconds(25) });
        Following(client);
        var delivered = Deliver(client, 1, 2, 3);

        delivered.ForEach(delivery => client.Machine.Handled(client.Now, delivery));
        Assert.Empty(client.TakeFrames());
        client.Pass(TimeSpan.FromMilliseconds(25));

        var ack = client.TakeFrame<ClientFrame.Ack>();
        Assert.Equal(3, ack.Offset);
        Assert.Empty(ack.Ranges);
        client.Pass(TimeSpan.FromSeconds(1));
        Assert.Empty(client.TakeFrames());
    }

    [Fact]
    public void Acks_of_several_channels_leave_together_one_for_each()
    {
        var client = MachineFixture.Connected(options => options with { AckDelay = TimeSpan.FromMilliseconds(25) });
        Following(client, "a");
        Following(client, "b");
        client.Event(1, "a");
        client.Event(1, "b");
        client.Event(2, "a");

        client.Take<ClientEffect.Deliver>().ForEach(delivery => client.Machine.Handled(client.Now, delivery));
        client.Pass(TimeSpan.FromMilliseconds(25));

        Assert.Equal([("a", 2L), ("b", 1L)], client.TakeFrames().OfType<ClientFrame.Ack>().Select(ack => (ack.Channel, ack.Offset)));
    }

    [Fact]
    public void What_overtook_is_acked_as_a_range_ahead_of_the_prefix()
    {
        var client = MachineFixture.Connected();
        Following(client);
        var delivered = Deliver(client, 4, 5, 1);

        client.Machine.Handled(client.Now, delivered[0]);
        client.Machine.Handled(client.Now, delivered[1]);
        client.Machine.Handled(client.Now, delivered[2]);

        var acks = client.TakeFrames().OfType<ClientFrame.Ack>().ToList();
        Assert.Equal([0, 0, 1], acks.Select(ack => ack.Offset));
        Assert.Equal([new OffsetRange(4, 5)], acks[^1].Ranges);
    }

    [Fact]
    public void An_event_that_is_not_handled_holds_the_prefix_back()
    {
        var client = MachineFixture.Connected();
        Following(client);
        var delivered = Deliver(client, 1, 2, 3);

        client.Machine.Handled(client.Now, delivered[0]);
        client.Machine.Released(client.Now, delivered[1]);
        client.Machine.Handled(client.Now, delivered[2]);

        var last = client.TakeFrames().OfType<ClientFrame.Ack>().Last();
        Assert.Equal(1, last.Offset);
        Assert.Equal([new OffsetRange(3, 3)], last.Ranges);
    }

    [Fact]
    public void Skipped_and_lost_offsets_are_acked_with_the_rest()
    {
        var client = MachineFixture.Connected();
        var subscription = Following(client);

        client.Receive(new ServerFrame.Skip("prices", 1, 3));
        client.Receive(new ServerFrame.Gap("prices", 4, 6, "dropped"));

        Assert.Equal([3, 6], client.TakeFrames().OfType<ClientFrame.Ack>().Select(ack => ack.Offset));
        Assert.Equal(6, subscription.ProcessedPrefix);
    }

    [Fact]
    public void An_event_inside_a_lost_range_that_had_come_is_still_the_applications_to_handle()
    {
        var client = MachineFixture.Connected();
        var subscription = Following(client);
        var delivered = Deliver(client, 1, 3);

        client.Receive(new ServerFrame.Gap("prices", 2, 4, "dropped"));
        Assert.Equal(0, subscription.ProcessedPrefix);
        delivered.ForEach(delivery => client.Machine.Handled(client.Now, delivery));

        Assert.Equal(4, subscription.ProcessedPrefix);
    }

    [Fact]
    public void Manual_acks_are_the_applications()
    {
        var client = MachineFixture.Connected();
        Following(client, ack: AckMode.Manual);
        var delivered = Deliver(client, 1, 2);

        delivered.ForEach(delivery => client.Machine.Handled(client.Now, delivery));
        Assert.Empty(client.TakeFrames());
        client.Machine.Acknowledge(client.Now, delivered[0]);

        Assert.Equal(1, client.TakeFrame<ClientFrame.Ack>().Offset);
    }

    [Fact]
    public void Without_a_cursor_nothing_is_acked()
    {
        var client = MachineFixture.Connected();
        Following(client, ack: AckMode.None);

        Deliver(client, 1, 2).ForEach(delivery => client.Machine.Handled(client.Now, delivery));
        client.Receive(new ServerFrame.Skip("prices", 3, 3));

        Assert.Empty(client.TakeFrames());
    }

    [Fact]
    public void An_ack_that_may_have_been_lost_with_its_connection_is_said_again()
    {
        var client = MachineFixture.Connected();
        Following(client);
        Deliver(client, 1, 2).ForEach(delivery => client.Machine.Handled(client.Now, delivery));
        client.Take();

        client.Reconnect(MachineFixture.Subscribed(2, Recovered.Full));

        Assert.Equal(2, client.TakeFrame<ClientFrame.Ack>().Offset);
    }

    [Fact]
    public void What_is_handled_while_there_is_no_connection_is_acked_on_the_next()
    {
        var client = MachineFixture.Connected();
        Following(client);
        var delivered = Deliver(client, 1, 2);
        client.Lose();

        delivered.ForEach(delivery => client.Machine.Handled(client.Now, delivery));
        client.Pass(TimeSpan.FromSeconds(1));
        client.Greet().Welcome(isResumed: true, MachineFixture.Subscribed(2, Recovered.Full));

        Assert.Equal(2, client.TakeFrame<ClientFrame.Ack>().Offset);
    }

    [Fact]
    public void A_bye_and_an_unsubscribe_come_after_the_last_ack()
    {
        var client = MachineFixture.Connected(options => options with { AckDelay = TimeSpan.FromSeconds(1) });
        var subscription = Following(client, "a");
        Following(client, "b");
        client.Event(1, "a");
        client.Machine.Handled(client.Now, client.TakeOne<ClientEffect.Deliver>());
        client.Machine.Unsubscribe(client.Now, subscription);
        Assert.Equal([typeof(ClientFrame.Ack), typeof(ClientFrame.Unsubscribe)], client.TakeFrames().Select(frame => frame.GetType()));

        client.Event(1, "b");
        client.Machine.Handled(client.Now, client.TakeOne<ClientEffect.Deliver>());
        client.Machine.Close(client.Now, keepSession: true);

        Assert.Equal([typeof(ClientFrame.Ack), typeof(ClientFrame.Bye)], client.TakeFrames().Select(frame => frame.GetType()));
    }

    [Fact]
    public void Credit_is_given_back_half_a_window_at_a_time()
    {
        var client = MachineFixture.Connected(options => options with { CreditWindow = 4 });
        Assert.Equal(4, client.Hello.InitialCredit);
        Following(client, ack: AckMode.None);
        var delivered = Deliver(client, 1, 2, 3, 4);

        client.Machine.Handled(client.Now, delivered[0]);
        Assert.Empty(client.TakeFrames());
        client.Machine.Handled(client.Now, delivered[1]);

        Assert.Equal(2, client.TakeFrame<ClientFrame.Credit>().Events);
    }

    [Fact]
    public void A_window_of_one_is_given_back_at_once()
    {
        var client = MachineFixture.Connected(options => options with { CreditWindow = 1 });
        Following(client, ack: AckMode.None);

        client.Machine.Handled(client.Now, Deliver(client, 1)[0]);

        Assert.Equal(1, client.TakeFrame<ClientFrame.Credit>().Events);
    }

    [Fact]
    public void A_repeat_gives_its_credit_back_by_itself()
    {
        var client = MachineFixture.Connected(options => options with { CreditWindow = 2 });
        Following(client, ack: AckMode.None);
        Deliver(client, 1);

        client.Event(1);

        Assert.Equal(1, client.TakeFrame<ClientFrame.Credit>().Events);
    }

    [Fact]
    public void A_new_connection_gets_what_the_application_does_not_hold()
    {
        var client = MachineFixture.Connected(options => options with { CreditWindow = 4 });
        Following(client, ack: AckMode.None);
        var delivered = Deliver(client, 1, 2, 3);
        client.Machine.Handled(client.Now, delivered[0]);

        client.Reconnect(MachineFixture.Subscribed(3, Recovered.Full));
        Assert.Equal(2, client.Hello.InitialCredit);
        client.Take();
        client.Machine.Handled(client.Now, delivered[1]);
        client.Machine.Handled(client.Now, delivered[2]);

        Assert.Equal(2, client.TakeFrame<ClientFrame.Credit>().Events);
    }

    [Fact]
    public void What_is_handled_between_hello_and_welcome_gives_its_credit_back_with_the_welcome()
    {
        var client = MachineFixture.Connected(options => options with { CreditWindow = 1 });
        Following(client, ack: AckMode.None);
        var inHand = Deliver(client, 1)[0];
        client.Lose();
        client.Pass(TimeSpan.FromSeconds(1));
        client.Greet();
        Assert.Equal(0, client.Hello.InitialCredit);

        client.Machine.Handled(client.Now, inHand);
        client.Welcome(isResumed: true, MachineFixture.Subscribed(1, Recovered.Full));

        Assert.Equal(1, client.TakeFrame<ClientFrame.Credit>().Events);
    }

    [Fact]
    public void More_events_than_credit_are_a_fault_of_the_server()
    {
        var client = MachineFixture.Connected(options => options with { CreditWindow = 2 });
        Following(client, ack: AckMode.None);
        Deliver(client, 1, 2);

        client.Event(3);

        client.TakeOne<ClientEffect.CloseTransport>();
    }

    [Fact]
    public void Handling_the_same_delivery_twice_gives_its_credit_back_once()
    {
        var client = MachineFixture.Connected(options => options with { CreditWindow = 2 });
        Following(client, ack: AckMode.None);
        var delivery = Deliver(client, 1)[0];

        client.Machine.Handled(client.Now, delivery);
        client.Machine.Handled(client.Now, delivery);

        Assert.Equal(1, client.TakeFrame<ClientFrame.Credit>().Events);
        Assert.Equal(0, client.Machine.EventsInHand);
    }

    private static ClientSubscription Following(MachineFixture client, string channel = "prices", AckMode ack = AckMode.Auto)
    {
        var subscription = client.Follow(channel, ack: ack);
        var asked = client.TakeFrame<ClientFrame.Subscribe>();
        client.Receive(MachineFixture.Subscribed(0, channel: channel) with { Id = asked.Id });
        client.Take();
        return subscription;
    }

    private static List<ClientEffect.Deliver> Deliver(MachineFixture client, params long[] offsets)
    {
        foreach (var offset in offsets)
            client.Event(offset);
        return client.Take<ClientEffect.Deliver>();
    }
}
