using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine;

/// <summary>A server that goes away is replaced before it is gone.</summary>
public sealed partial class ReplacingTests
{
    [Fact]
    public void Connects_elsewhere_at_a_moment_of_the_spread_and_keeps_the_connection_that_it_has()
    {
        var client = MachineFixture.Connected();
        client.Chance = 0.5;

        client.Receive(new ServerFrame.Goaway(5_000, 2_000, "three"));
        client.Pass(TimeSpan.FromMilliseconds(999));
        Assert.Empty(client.Take());
        client.Pass(TimeSpan.FromMilliseconds(1));

        Assert.Equal("three", Assert.IsType<ClientEffect.Open>(Assert.Single(client.Take())).Endpoint);
        Assert.Equal(ClientState.Connected, client.Machine.State);
        client.Publish();
        Assert.Equal(client.Connection, client.TakeOne<ClientEffect.Send>().Connection);
    }

    [Fact]
    public void A_token_that_came_while_the_new_connection_was_greeting_is_shown_there_too()
    {
        var client = Following(out _);
        var successor = GoAway(client);

        client.Machine.Refresh(client.Now, "newer");
        client.Take();
        client.WelcomeSuccessor(successor, MachineFixture.Subscribed(1, Recovered.Full));

        var refresh = Assert.Single(client.Take().OfType<ClientEffect.Send>(), send => send.Frame is ClientFrame.Refresh);
        Assert.Equal((successor, "newer"), (refresh.Connection, ((ClientFrame.Refresh)refresh.Frame).Token));
    }

    [Fact]
    public void Without_an_address_the_next_endpoint_is_tried_first()
    {
        var client = new MachineFixture(options => options with { Endpoints = ["one", "two"] }).Start().Greet().Welcome(isResumed: false);
        client.Take();
        client.Chance = 0;

        client.Receive(new ServerFrame.Goaway(5_000, 2_000, null));

        Assert.Equal("two", client.TakeOne<ClientEffect.Open>().Endpoint);
    }

    [Fact]
    public void Lets_the_old_connection_go_when_the_new_one_is_welcomed_and_takes_each_event_once()
    {
        var client = Following(out var subscription);
        var former = client.Connection;
        client.Event(1);
        client.Machine.Handled(client.Now, client.TakeOne<ClientEffect.Deliver>());
        client.Event(2);
        var inHand = client.TakeOne<ClientEffect.Deliver>();
        var successor = GoAway(client);
        Assert.Equal(new From.Position("e1", 1), Assert.Single(client.Hello.Subscriptions).From);

        client.Event(3);
        Assert.Equal(3, client.TakeOne<ClientEffect.Deliver>().Event.Offset);
        client.WelcomeSuccessor(successor, MachineFixture.Subscribed(1, Recovered.Full));

        var effects = client.Take();
        Assert.Equal(former, Assert.Single(effects.OfType<ClientEffect.CloseTransport>()).Connection);
        Assert.All(effects.OfType<ClientEffect.Send>(), send => Assert.Equal(successor, send.Connection));
        Assert.Empty(effects.OfType<ClientEffect.StateChanged>());
        for (var offset = 2; offset <= 4; offset++)
            client.Event(offset);
        Assert.Equal(4, client.TakeOne<ClientEffect.Deliver>().Event.Offset);
        client.Machine.Handled(client.Now, inHand);
        Assert.Equal(2, client.TakeFrame<ClientFrame.Ack>().Offset);
        Assert.Equal(4, subscription.ReceivedPrefix);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Being_taken_over_by_itself_is_no_end_whichever_is_heard_of_first(bool isCloseFirst)
    {
        var client = Following(out _);
        var former = client.Connection;
        var successor = GoAway(client);

        if (isCloseFirst)
            client.Receive(new ServerFrame.Close(CloseCode.TakenOver, "taken over"));
        client.WelcomeSuccessor(successor, MachineFixture.Subscribed(0, Recovered.Full));
        client.Machine.Received(client.Now, former, new ServerFrame.Close(CloseCode.TakenOver, "taken over"));
        client.Machine.Disconnected(client.Now, former, CloseCode.TakenOver, "taken over");

        Assert.Empty(client.Take<ClientEffect.StateChanged>());
        Assert.Equal(ClientState.Connected, client.Machine.State);
        client.Event(1);
        client.TakeOne<ClientEffect.Deliver>();
    }

    [Fact]
    public void Being_taken_over_before_its_own_hello_was_somebody_else()
    {
        var client = Following(out var subscription);
        client.Chance = 0;
        client.Receive(new ServerFrame.Goaway(5_000, 2_000, null));
        var successor = client.TakeOne<ClientEffect.Open>().Connection;

        client.Receive(new ServerFrame.Close(CloseCode.TakenOver, "taken over"));

        Assert.Equal(ClientState.Closed, client.Machine.State);
        Assert.Contains(client.Take<ClientEffect.CloseTransport>(), close => close.Connection == successor);
        Assert.True(subscription.IsEnded);
        Assert.Null(client.Machine.NextDeadline);
    }

    [Fact]
    public void Being_taken_over_by_a_successor_that_was_then_lost_is_no_end_either()
    {
        var client = Following(out _);
        var successor = GoAway(client);
        client.Chance = 1;

        client.Machine.Disconnected(client.Now, successor, null, "cut before the welcome");
        client.Receive(new ServerFrame.Close(CloseCode.TakenOver, "taken over"));

        Assert.Equal(ClientState.Reconnecting, client.Machine.State);
        client.Pass(TimeSpan.FromSeconds(1));
        client.Greet().Welcome(true, MachineFixture.Subscribed(0, Recovered.Full));
        Assert.Equal(ClientState.Connected, client.Machine.State);
    }

    [Fact]
    public void Where_nobody_can_be_reached_it_stays_and_tries_again()
    {
        var client = Following(out _);
        client.Chance = 0;
        client.Receive(new ServerFrame.Goaway(60_000, 2_000, null));
        client.Machine.Disconnected(client.Now, client.TakeOne<ClientEffect.Open>().Connection, null, "refused");

        client.Event(1);

        Assert.Equal(1, client.TakeOne<ClientEffect.Deliver>().Event.Offset);
        Assert.Equal(ClientState.Connected, client.Machine.State);
        client.Pass(TimeSpan.FromSeconds(1));
        client.GreetSuccessor();
    }

    [Fact]
    public void A_successor_that_is_refused_or_silent_is_given_up_for_another()
    {
        var client = Following(out _);
        client.Chance = 1;
        client.Receive(new ServerFrame.Goaway(60_000, 0, null));
        client.Pass(TimeSpan.FromSeconds(1));
        var refused = client.GreetSuccessor();

        client.Machine.Received(client.Now, refused, new ServerFrame.Close(CloseCode.Overloaded, "full") { AfterMs = 3_000 });
        Assert.Equal(refused, client.TakeOne<ClientEffect.CloseTransport>().Connection);
        client.Pass(TimeSpan.FromMilliseconds(2_999));
        Assert.Empty(client.Take<ClientEffect.Open>());
        client.Pass(TimeSpan.FromMilliseconds(1));
        var silent = client.GreetSuccessor();
        for (var i = 0; i < 10; i++)
        {
            client.Pass(TimeSpan.FromSeconds(1));
            client.Receive(new ServerFrame.Pong());
        }

        Assert.Equal(silent, client.TakeOne<ClientEffect.CloseTransport>().Connection);
        Assert.Equal(ClientState.Connected, client.Machine.State);
    }

    [Fact]
    public void When_the_old_connection_ends_first_the_new_one_goes_on_alone()
    {
        var client = Following(out _);
        var request = client.Publish();
        client.Take();
        var successor = GoAway(client);

        client.Lose(CloseCode.GoingAway);
        Assert.Equal(ClientState.Reconnecting, client.TakeOne<ClientEffect.StateChanged>().State);
        client.WelcomeSuccessor(successor, MachineFixture.Subscribed(0, Recovered.Full));

        var effects = client.Take();
        Assert.Equal(ClientState.Connected, Assert.Single(effects.OfType<ClientEffect.StateChanged>()).State);
        Assert.Equal(request, Assert.Single(effects.OfType<ClientEffect.Send>(), send => send.Frame is ClientFrame.Publish).Frame.Id);
    }

    [Fact]
    public void What_was_published_on_the_old_connection_is_repeated_with_its_sequence_on_the_new_one()
    {
        var client = Following(out _);
        client.Publish();
        var sent = client.TakeFrame<ClientFrame.Publish>();
        var successor = GoAway(client);
        var later = client.Publish("2");
        Assert.Equal(client.Connection, client.Take<ClientEffect.Send>().Single(send => send.Frame.Id == later).Connection);

        client.WelcomeSuccessor(successor, MachineFixture.Subscribed(0, Recovered.Full));

        var again = client.TakeFrames().OfType<ClientFrame.Publish>().ToList();
        Assert.Equal([sent.Id, later], again.Select(publish => publish.Id));
        Assert.Equal(sent.ProducerSequence, again[0].ProducerSequence);
    }

    [Fact]
    public void A_close_that_comes_before_its_moment_is_answered_at_its_moment()
    {
        var client = Following(out _);
        client.Chance = 0.75;

        client.Receive(new ServerFrame.Goaway(5_000, 2_000, null));
        client.Receive(new ServerFrame.Close(CloseCode.GoingAway, "stopping"));

        client.Pass(TimeSpan.FromMilliseconds(1_499));
        Assert.Empty(client.Take<ClientEffect.Open>());
        client.Pass(TimeSpan.FromMilliseconds(1));
        client.TakeOne<ClientEffect.Open>();
    }

    [Fact]
    public void The_window_holds_for_both_connections_together()
    {
        var client = Following(out _, options => options with { CreditWindow = 8 });
        client.Event(1);
        client.Event(2);
        client.Take();
        var successor = GoAway(client);

        // Two are in hand, and two may still come over the old connection: four for the new one.
        Assert.Equal(4, client.Hello.InitialCredit);
        for (var offset = 3; offset <= 6; offset++)
            client.Event(offset);
        Assert.Equal([3L, 4L], client.Take<ClientEffect.Deliver>().Select(delivery => delivery.Event.Offset));
        client.WelcomeSuccessor(successor, MachineFixture.Subscribed(0, Recovered.Full));
        client.Take();
        for (var offset = 1; offset <= 4; offset++)
            client.Event(offset);
        Assert.Empty(client.Take<ClientEffect.Deliver>());
        Assert.Equal(4, client.Machine.EventsInHand);
        Assert.Equal(ClientState.Connected, client.Machine.State);
    }

    [Fact]
    public void What_was_passed_over_comes_again_even_if_the_successor_fails()
    {
        var client = Following(out _, options => options with { CreditWindow = 8 });
        var former = client.Connection;
        var successor = GoAway(client);
        for (var offset = 1; offset <= 3; offset++)
            client.Event(offset);
        Assert.Equal(2, client.Take<ClientEffect.Deliver>().Count);

        client.Chance = 1;
        client.Machine.Disconnected(client.Now, successor, null, "gone");

        Assert.Contains(client.Take<ClientEffect.CloseTransport>(), close => close.Connection == former);
        client.Pass(TimeSpan.FromSeconds(1));
        client.Greet().Welcome(true, MachineFixture.Subscribed(0, Recovered.Full));
        client.Take();
        for (var offset = 1; offset <= 3; offset++)
            client.Event(offset);
        Assert.Equal(3, client.TakeOne<ClientEffect.Deliver>().Event.Offset);
    }

    [Fact]
    public void What_is_left_while_the_session_moves_is_left_on_the_new_connection_too()
    {
        var client = Following(out var subscription);
        var successor = GoAway(client);

        client.Machine.Unsubscribe(client.Now, subscription);
        Assert.Equal("prices", client.TakeFrame<ClientFrame.Unsubscribe>().Channel);
        client.WelcomeSuccessor(successor, MachineFixture.Subscribed(0, Recovered.Full));

        Assert.Equal("prices", client.TakeFrame<ClientFrame.Unsubscribe>().Channel);
    }

    [Fact]
    public void Closing_closes_both()
    {
        var client = Following(out _);
        var successor = GoAway(client);

        client.Machine.Close(client.Now, keepSession: true);

        Assert.Equal(successor, client.TakeOne<ClientEffect.CloseTransport>().Connection);
        client.Receive(new ServerFrame.Close(CloseCode.Bye, "bye"));
        Assert.Equal(ClientState.Closed, client.Machine.State);
        Assert.Null(client.Machine.NextDeadline);
    }

    [Fact]
    public void Servers_that_send_it_on_and_on_are_not_called_in_a_circle()
    {
        var client = MachineFixture.Connected();
        var pauses = new List<double>();

        for (var i = 0; i < 4; i++)
        {
            client.Receive(new ServerFrame.Goaway(5_000, 0, null));
            var from = client.Now;
            client.Pass(client.Machine.NextDeadline!.Value - from);
            pauses.Add((client.Now - from).TotalMilliseconds);
            client.WelcomeSuccessor(client.GreetSuccessor());
            client.Take();
        }

        Assert.Equal([100, 200, 400, 800], pauses);
    }

    private static MachineFixture Following(out ClientSubscription subscription, Func<ClientMachineOptions, ClientMachineOptions>? configure = null)
    {
        var client = MachineFixture.Connected(configure);
        subscription = client.Follow();
        client.Receive(MachineFixture.Subscribed(0) with { Id = client.TakeFrame<ClientFrame.Subscribe>().Id });
        client.Pass(TimeSpan.FromSeconds(2));
        client.Take();
        return client;
    }

    private static int GoAway(MachineFixture client)
    {
        client.Chance = 0;
        client.Receive(new ServerFrame.Goaway(5_000, 2_000, null));
        return client.GreetSuccessor();
    }
}
