using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine;

/// <content>What was asked for on the connection that still counts, and is not answered yet.</content>
public sealed partial class ReplacingTests
{
    [Fact]
    public void What_is_answered_while_its_successor_greets_begins_once_and_goes_on_there_from_where_it_stands()
    {
        var client = Following(out _);
        var orders = client.Follow("orders", new From.Last(2));
        var asked = client.TakeFrame<ClientFrame.Subscribe>();
        var successor = GoAway(client);
        Assert.Equal(["prices"], client.Hello.Subscriptions.Select(subscribe => subscribe.Channel));

        client.Receive(MachineFixture.Subscribed(5, channel: "orders") with { Id = asked.Id, Head = 7 });
        client.Event(6, "orders");
        client.Machine.Handled(client.Now, client.TakeOne<ClientEffect.Deliver>());
        client.Event(7, "orders");
        client.Take();
        client.WelcomeSuccessor(successor, MachineFixture.Subscribed(0, Recovered.Full), MachineFixture.Subscribed(6, Recovered.Full, channel: "orders"));

        var again = client.TakeFrame<ClientFrame.Subscribe>();
        Assert.Equal(("orders", new From.Position("e1", 6)), (again.Channel, again.From));
        client.Event(7, "orders");
        client.Receive(MachineFixture.Subscribed(6, Recovered.Full, channel: "orders") with { Id = again.Id });
        client.Event(7, "orders");
        client.Event(8, "orders");
        Assert.Equal(8, client.TakeOne<ClientEffect.Deliver>().Event.Offset);
        Assert.Equal(8, orders.ReceivedPrefix);
    }

    [Fact]
    public void Another_life_of_the_log_that_the_old_connection_was_told_of_does_not_begin_again_on_the_new_one()
    {
        var client = Following(out var subscription);
        client.Event(1);
        client.Machine.Handled(client.Now, client.TakeOne<ClientEffect.Deliver>());
        var successor = GoAway(client);
        Assert.Equal(new From.Position("e1", 1), Assert.Single(client.Hello.Subscriptions).From);

        client.Receive(MachineFixture.Subscribed(0, Recovered.Reset, "e2"));
        client.Event(1);
        Assert.Equal("e2", client.TakeOne<ClientEffect.Deliver>().Epoch);
        client.WelcomeSuccessor(successor, MachineFixture.Subscribed(0, Recovered.Reset, "e2"));
        Assert.DoesNotContain(client.Take<ClientEffect.Notify>(), notify => notify.Notice is SubscriptionNotice.Reset);
        client.Event(1);
        client.Event(2);

        Assert.Equal(2, client.TakeOne<ClientEffect.Deliver>().Event.Offset);
        Assert.Equal(2, subscription.ReceivedPrefix);
    }

    [Fact]
    public void A_life_of_the_log_that_only_the_new_connection_tells_of_begins_there()
    {
        var client = Following(out _);
        client.Event(1);
        var successor = GoAway(client);

        client.Receive(MachineFixture.Subscribed(0, Recovered.Reset, "e2"));
        client.Event(1);
        client.Take();
        client.WelcomeSuccessor(successor, MachineFixture.Subscribed(0, Recovered.Reset, "e3"));
        Assert.Single(client.Take<ClientEffect.Notify>(), notify => notify.Notice is SubscriptionNotice.Reset { Epoch: "e3" });
        client.Event(1);

        Assert.Equal("e3", client.TakeOne<ClientEffect.Deliver>().Epoch);
    }

    [Fact]
    public void Who_is_closed_before_the_moment_to_connect_elsewhere_has_come_waits_for_the_close_alone()
    {
        var client = Following(out _);
        client.Chance = 0.5;
        client.Receive(new ServerFrame.Goaway(5_000, 2_000, null));

        client.Machine.Close(client.Now, keepSession: true);
        client.Take();
        client.Pass(TimeSpan.FromSeconds(1));

        Assert.Empty(client.Take<ClientEffect.Open>());
        Assert.True(client.Machine.NextDeadline is null || client.Machine.NextDeadline > client.Now);
    }

    [Fact]
    public void What_is_not_answered_before_its_successor_is_welcomed_is_asked_for_there_as_at_first()
    {
        var client = Following(out _);
        client.Follow("orders", new From.Last(2));
        var successor = GoAway(client);

        client.WelcomeSuccessor(successor, MachineFixture.Subscribed(0, Recovered.Full));

        var again = Assert.Single(client.Take<ClientEffect.Send>(), send => send.Frame is ClientFrame.Subscribe);
        Assert.Equal((successor, new From.Last(2)), (again.Connection, ((ClientFrame.Subscribe)again.Frame).From));
    }
}
