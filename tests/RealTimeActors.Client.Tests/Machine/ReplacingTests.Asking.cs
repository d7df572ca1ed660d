using RealTimeActors.Client.Machine;
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
