using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Patterns;

public sealed class PatternOverlapTests
{
    private readonly TestNode _node = new(new EngineOptions { PassivateAfter = TimeSpan.FromSeconds(5) });

    [Fact]
    public void Where_an_exact_subscription_and_patterns_meet_an_event_comes_once()
    {
        Publish("a.1");
        var client = _node.Connect();
        foreach (var (channel, id) in new[] { ("a.>", 2), ("a.1", 3), (">", 4), ("a.*", 5), ("*.1", 6) })
            client.Send(Subscribe(id, channel));

        Publish("a.1", "a.1");

        Assert.Equal([("a.1", 2L), ("a.1", 3L)], Events(client));
    }

    [Fact]
    public void The_exact_subscriptions_options_count_and_then_those_of_the_most_specific_pattern()
    {
        var client = _node.Connect().Send(Subscribe(2, ">", "\"priority\":\"critical\"")).Send(Subscribe(3, "a.*")).Send(Subscribe(4, "a.1", "\"priority\":\"critical\""));

        Publish("a.1", "a.2", "b.1");

        Assert.Equal([("a.2", 1L)], Events(client));
    }

    [Fact]
    public void Whoever_comes_next_goes_on_where_the_one_before_was()
    {
        var client = _node.Connect().Send(Subscribe(2, "a.>")).Send(Subscribe(3, "a.1"));
        Publish("a.1");
        client.Send(Unsubscribe(4, "a.1"));
        Publish("a.1");
        client.Send(Subscribe(5, "a.1"));
        Publish("a.1");
        client.Send(Subscribe(6, "a.*"));
        client.Send(Unsubscribe(7, "a.1"));
        Publish("a.1");
        client.Send(Unsubscribe(8, "a.*"));
        Publish("a.1");
        client.Send(Unsubscribe(9, "a.>"));
        Publish("a.1");

        Assert.Equal([1, 2, 3, 4, 5], client.Offsets);
    }

    [Fact]
    public void A_narrower_pattern_from_now_goes_on_where_the_session_stands_by_a_wider_one_that_has_not_come_to_the_channel_yet()
    {
        Publish("a.1", "a.idle");
        var client = _node.Connect().Send(Subscribe(2, "a.>"));
        Publish("a.1");
        client.Send("""{"ack":{"channel":"a.1","offset":2}}""");
        client.Drop();
        Publish("a.1", "a.1", "a.new");

        var again = _node.Accept().HelloAgainAs(client, body: "\"subscribe\":[{\"channel\":\"a.*\"}]");
        _node.World.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal([("a.1", 3L), ("a.1", 4L), ("a.new", 1L)], Events(again).Order());
    }

    [Fact]
    public void Nothing_is_lost_between_them_while_events_are_on_their_way()
    {
        var client = _node.Connect().Send(Subscribe(2, "a.>")).Send(Subscribe(3, "a.1"));
        var writer = _node.Connect();
        for (var i = 0; i < 60; i++)
        {
            writer.Send("""{"publish":{"channel":"a.1","type":"t","data":1}}""", settles: false);
            if (i % 7 == 3)
                client.Send(i % 2 == 0 ? Unsubscribe(100 + i, "a.1") : Subscribe(100 + i, "a.1"), settles: false);
            else if (i % 11 == 5)
                client.Send(i % 2 == 0 ? Unsubscribe(100 + i, "a.*") : Subscribe(100 + i, "a.*"), settles: false);

            if (i % 5 == 0)
                _node.World.Advance(TimeSpan.FromMilliseconds(1));
        }

        _node.Settle();

        Assert.Equal(Enumerable.Range(1, 60).Select(offset => (long)offset), client.Offsets);
    }

    [Fact]
    public void A_channel_at_rest_changes_hands_too()
    {
        Publish("a.1", "a.2");
        var client = _node.Connect().Send(Subscribe(2, "a.>")).Send(Subscribe(3, "a.*"));
        Publish("a.1", "a.2");
        client.Send(Subscribe(4, "a.1")).Send(Unsubscribe(5, "a.*"));
        Publish("a.1", "a.2");
        client.Send(Unsubscribe(6, "a.1"));
        Publish("a.1", "a.2");

        Assert.Equal([("a.1", 2L), ("a.1", 3L), ("a.1", 4L), ("a.2", 2L), ("a.2", 3L), ("a.2", 4L)], Events(client).Order());
        var told = client.Frames.OfType<ServerFrame.Subscribed>().Last(subscribed => subscribed.Channel == "a.1");
        Assert.Equal((3L, Recovered.Full), (told.Offset, told.Recovered));
    }

    [Fact]
    public void A_cursor_stays_where_the_client_acked_when_its_channel_changes_hands()
    {
        Publish("a.1");
        var client = _node.Connect().Send(Subscribe(2, "a.>"));
        Publish("a.1", "a.1", "a.1");
        client.Send("""{"ack":{"channel":"a.1","offset":2}}""");
        client.Send(Subscribe(3, "a.1"));
        client.Send(Unsubscribe(4, "a.1"));
        client.Drop();

        var again = _node.Accept().HelloAgainAs(client);
        _node.Settle();

        Assert.Equal([3, 4], again.Offsets);
    }

    private static string Subscribe(int id, string channel, string body = "") => $$$"""{"id":{{{id}}},"subscribe":{"channel":"{{{channel}}}"{{{(body.Length > 0 ? "," : "")}}}{{{body}}}}}""";

    private static string Unsubscribe(int id, string channel) => $$$"""{"id":{{{id}}},"unsubscribe":{"channel":"{{{channel}}}"}}""";

    private void Publish(params string[] channels)
    {
        var writer = _node.Connect();
        foreach (var channel in channels)
            writer.Send($$$"""{"publish":{"channel":"{{{channel}}}","type":"t","data":1}}""");
    }

    private static IEnumerable<(string, long)> Events(TestClient client) => client.Events.Select(e => (e.Body.Channel, e.Body.Offset));
}
