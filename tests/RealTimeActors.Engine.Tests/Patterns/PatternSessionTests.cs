using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Patterns;

public sealed class PatternSessionTests
{
    private readonly TestNode _node = new(new EngineOptions
    {
        PassivateAfter = TimeSpan.FromSeconds(5),
        Channels = [(ChannelPattern.Parse("kept.>"), new ChannelSettings { IsDurable = false, KeepsForOffline = true }), (ChannelPattern.Parse("live.>"), new ChannelSettings { IsDurable = false })],
    });

    [Fact]
    public void A_client_that_was_away_is_brought_up_to_date_on_channels_it_knew_and_on_those_born_meanwhile()
    {
        Publish("a.1", "a.2", "a.2", "a.idle");
        var client = Follow("a.>");
        Publish("a.1");
        client.Send("""{"ack":{"channel":"a.1","offset":2}}""");
        client.Drop();
        Publish("a.1", "a.2", "a.new", "a.new", "b.1");
        _node.World.Advance(TimeSpan.FromDays(6));
        _node.CrashAndRestart();

        var again = _node.Accept().HelloAgainAs(client);
        _node.World.Advance(TimeSpan.FromSeconds(2));

        Assert.True(again.Welcome.Session.Resumed);
        Assert.Equal([("a.>", Recovered.Full)], again.Welcome.Subscriptions.Select(subscribed => (subscribed.Channel, subscribed.Recovered)));
        Assert.Equal([("a.1", 3L), ("a.2", 3L), ("a.new", 1L), ("a.new", 2L)], Events(again).Order());
        Assert.Equal(["a.1", "a.2", "a.new"], again.Frames.OfType<ServerFrame.Subscribed>().Select(subscribed => subscribed.Channel).Order(StringComparer.Ordinal));

        Publish("a.idle", "a.newer");
        Assert.Equal([("a.idle", 2L), ("a.newer", 1L)], Events(again).Skip(4));
    }

    [Fact]
    public void What_was_sent_and_not_acked_comes_again_also_of_a_channel_that_was_born_on_the_way()
    {
        var client = Follow("a.>");
        Publish("a.new", "a.new", "a.new");
        client.Send("""{"ack":{"channel":"a.new","offset":1}}""");
        Assert.Equal(3, client.Offsets.Count);
        _node.World.Advance(TimeSpan.FromSeconds(1));
        _node.CrashAndRestart();

        var again = _node.Accept().HelloAgainAs(client);
        _node.World.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal([("a.new", 2L), ("a.new", 3L)], Events(again));
    }

    [Fact]
    public void A_second_connection_takes_the_patterns_over()
    {
        Publish("a.1");
        var client = Follow("a.>");
        var second = _node.Accept().HelloAgainAs(client);

        Publish("a.1", "a.2");

        Assert.Equal(CloseCode.TakenOver, client.ClosedWith);
        Assert.Equal([("a.1", 2L), ("a.2", 1L)], Events(second));
    }

    [Fact]
    public void Ack_none_keeps_no_cursors_and_begins_now_again()
    {
        Publish("a.1");
        var client = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a.>","ack":"none"}}""");
        client.Drop();
        Publish("a.1", "a.new");

        var again = _node.Accept().HelloAgainAs(client);
        Publish("a.1", "a.new");

        Assert.Equal([("a.1", 3L), ("a.new", 2L)], Events(again));
    }

    [Fact]
    public void A_pattern_that_was_unsubscribed_does_not_come_back_with_the_session()
    {
        Publish("a.1");
        var client = Follow("a.>").Send("""{"id":3,"subscribe":{"channel":"b"}}""").Send("""{"id":4,"unsubscribe":{"channel":"a.>"}}""");
        client.Drop();
        Publish("a.1", "a.2");

        var again = _node.Accept().HelloAgainAs(client);

        Assert.Equal(["b"], again.Welcome.Subscriptions.Select(subscribed => subscribed.Channel));
        Assert.Empty(again.Events);
    }

    [Fact]
    public void From_session_goes_on_at_the_cursors()
    {
        Publish("a.1");
        var client = Follow("a.>");
        Publish("a.1", "a.1");
        client.Send("""{"ack":{"channel":"a.1","offset":2}}""");
        client.Forget();

        client.Send("""{"id":5,"subscribe":{"channel":"a.>","from":"session"}}""");

        Assert.Equal(5, client.Take<ServerFrame.Subscribed>().Id);
        Assert.Equal([("a.1", 3L)], Events(client));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void From_session_means_what_a_plain_resume_does_also_for_channels_that_were_born_meanwhile(bool isInHello)
    {
        Publish("a.1");
        var client = Follow("a.>");
        Publish("a.1", "a.1", "a.2");
        client.Send("""{"ack":{"channel":"a.1","offset":2}}""");
        client.Drop();
        Publish("a.new", "a.2");
        _node.World.Advance(TimeSpan.FromDays(1));

        var again = isInHello
            ? _node.Accept().HelloAgainAs(client, body: """ "subscribe":[{"channel":"a.>","from":"session","order":"offset"}] """)
            : _node.Accept().HelloAgainAs(client);
        if (!isInHello)
        {
            again.Forget();
            again.Send("""{"id":5,"subscribe":{"channel":"a.>","from":"session","order":"offset"}}""");
        }

        var answer = isInHello ? Assert.Single(again.Welcome.Subscriptions) : again.Take<ServerFrame.Subscribed>();
        _node.World.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(("a.>", Recovered.Full), (answer.Channel, answer.Recovered));
        Assert.Equal([("a.1", 3L), ("a.2", 1L), ("a.2", 2L), ("a.new", 1L)], Events(again).Order());
        Publish("a.newer");
        Assert.Equal(("a.newer", 1L), Events(again).Last());
    }

    [Fact]
    public void From_session_after_another_ack_mode_kept_no_cursors_begins_now()
    {
        var client = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a.>","ack":"none"}}""");
        client.Drop();
        Publish("a.new");

        var again = _node.Accept().HelloAgainAs(client, body: """ "subscribe":[{"channel":"a.>","from":"session"}] """);
        _node.Settle();
        Publish("a.new");

        Assert.Equal(Recovered.None, Assert.Single(again.Welcome.Subscriptions).Recovered);
        Assert.Equal([("a.new", 2L)], Events(again));
    }

    [Fact]
    public void More_channels_than_can_be_visited_at_one_time_are_gone_on_with_when_the_pattern_is_named_again()
    {
        var client = Follow("a.>");
        var channels = Enumerable.Range(0, 300).Select(i => $"a.{i}").ToArray();
        client.Drop();
        Publish(channels);
        _node.World.Advance(TimeSpan.FromMinutes(2));

        var again = _node.Accept().HelloAgainAs(client, body: """ "subscribe":[{"channel":"a.>","from":"session"}] """);
        _node.World.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(channels.Order(StringComparer.Ordinal), again.Events.Select(e => e.Body.Channel).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Subscriptions_of_the_hello_may_be_patterns()
    {
        Publish("a.1");

        var client = _node.Connect(hello: """ "subscribe":[{"channel":"a.*","from":"earliest"},{"channel":"b"}] """);
        _node.Settle();

        Assert.Equal(["a.*", "b"], client.Welcome.Subscriptions.Select(subscribed => subscribed.Channel).Order(StringComparer.Ordinal));
        Assert.Equal([("a.1", 1L)], Events(client));
    }

    [Fact]
    public void An_ephemeral_channel_that_keeps_for_those_who_are_away_keeps_for_its_patterns_followers()
    {
        Publish("kept.x");
        var client = Follow("kept.*");
        Publish("kept.x");
        client.Send("""{"ack":{"channel":"kept.x","offset":2}}""");
        client.Drop();
        Publish("kept.x", "kept.x");
        _node.World.Advance(TimeSpan.FromMinutes(5));

        var again = _node.Accept().HelloAgainAs(client);
        _node.Settle();

        Assert.Equal(2, again.Offsets.Count);
    }

    [Fact]
    public void Ephemeral_channels_that_have_ended_are_forgotten_by_the_session()
    {
        var client = Follow(">");
        Publish("live.1", "live.2", "a.1");
        foreach (var channel in new[] { "live.1", "live.2", "a.1" })
            client.Send($$$"""{"ack":{"channel":"{{{channel}}}","offset":1}}""");

        for (var i = 0; i < 4; i++)
        {
            client.Send("""{"ping":{}}""");
            _node.World.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(["a.1"], _node.CursorsOf(client.Welcome.Session.Id));
    }

    [Fact]
    public void Snapshots_bring_patterns_and_cursors_back()
    {
        for (var i = 0; i < 30; i++)
            Publish($"a.{i}");

        var client = Follow("a.>");
        for (var round = 2; round < 12; round++)
        {
            for (var i = 0; i < 30; i++)
                Publish($"a.{i}");

            for (var i = 0; i < 30; i++)
                client.Send($$$"""{"ack":{"channel":"a.{{{i}}}","offset":{{{round}}}}}""", settles: false);

            client.Send("""{"ping":{}}""");
        }

        client.Drop();
        Publish("a.7");
        _node.CrashAndRestart();
        var again = _node.Accept().HelloAgainAs(client);
        _node.World.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal([("a.7", 12L)], Events(again));
    }

    private TestClient Follow(string pattern) => _node.Connect().Send($$$"""{"id":2,"subscribe":{"channel":"{{{pattern}}}"}}""");

    private void Publish(params string[] channels)
    {
        var writer = _node.Connect();
        foreach (var channel in channels)
            writer.Send($$$"""{"publish":{"channel":"{{{channel}}}","type":"t","data":1}}""");

        writer.Drop();
    }

    private static IEnumerable<(string, long)> Events(TestClient client) => client.Events.Select(e => (e.Body.Channel, e.Body.Offset));
}
