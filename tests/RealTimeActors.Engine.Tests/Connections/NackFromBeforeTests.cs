using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Connections;

/// <summary><c>nack</c> of what the session has given up on, by a client that has not heard so and comes back with a position before it.</summary>
public sealed class NackFromBeforeTests
{
    private readonly TestNode _node = new(TestNode.With("a", new ChannelSettings { Retry = new RetryRule { Attempts = 2 } }) with { Heartbeat = TimeSpan.FromHours(1) });

    [Fact]
    public void What_was_given_up_comes_from_the_first_attempt_on_to_who_names_a_position_before_it_and_makes_no_second_letter()
    {
        var client = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var epoch = client.Take<ServerFrame.Subscribed>().Epoch;
        _node.Connect().Send("""{"id":2,"publish":{"channel":"a","type":"t","data":1}}""");
        GiveUp(client);
        Assert.Equal(1, Letters());
        client.Drop();

        // To the session it is over with; the position says that the client does not know.
        var again = _node.Accept().HelloAgainAs(client, body: $$$""" "subscribe":[{"channel":"a","from":{"epoch":"{{{epoch}}}","offset":0}}] """);
        GiveUp(again);

        Assert.Equal([(1L, 0), (1L, 2)], again.Events.Select(e => (e.Body.Offset, e.Attempt)));
        Assert.Equal((1L, 1L), again.Take<ServerFrame.Skip>() is var skip ? (skip.From, skip.To) : default);
        Assert.Equal(1, Letters());
        again.Drop();
        Assert.Equal(1, Assert.Single(_node.Accept().HelloAgainAs(again).Welcome.Subscriptions).Offset);
    }

    private void GiveUp(TestClient client)
    {
        for (var i = 0; i < 2; i++)
        {
            client.Send("""{"nack":{"channel":"a","offset":1}}""");
            _node.World.Advance(TimeSpan.FromSeconds(2));
        }
    }

    private int Letters() => _node.Connect().Send("""{"id":9,"read":{"channel":"$dlq.a","what":"events"}}""").Take<ServerFrame.Page>().Events.Count;
}
