using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Patterns;

public sealed class PatternSubscriptionTests
{
    private readonly TestNode _node = new(new EngineOptions
    {
        PassivateAfter = TimeSpan.FromSeconds(5),
        Channels = [(ChannelPattern.Parse("live.>"), new ChannelSettings { IsDurable = false })],
    });

    [Fact]
    public void The_answer_names_the_pattern_and_each_channel_is_announced_by_its_own_subscribed()
    {
        Publish("a.1", "a.2", "a.2", "b.1");

        var client = Follow("a.>");

        var answer = client.Take<ServerFrame.Subscribed>();
        Assert.Equal((2L, "a.>", "", 0L, 0L, Recovered.None), (answer.Id, answer.Channel, answer.Epoch, answer.Offset, answer.Head, answer.Recovered));
        Assert.Equal([("a.1", 1L), ("a.2", 2L)], client.Frames.OfType<ServerFrame.Subscribed>().Select(subscribed => (subscribed.Channel, subscribed.Offset)).Order());
        Assert.All(client.Frames.OfType<ServerFrame.Subscribed>(), subscribed => Assert.True(subscribed is { Id: 0, Recovered: Recovered.None, Epoch.Length: > 0 }));
        Assert.Empty(client.Events);
    }

    [Fact]
    public void Events_of_channels_that_were_there_and_of_new_ones_arrive_under_their_own_names()
    {
        Publish("a.1");
        var client = Follow("a.>");
        client.Forget();

        Publish("a.1", "a.new", "b.1", "a.new");

        Assert.Equal([("a.1", 2L), ("a.new", 1L), ("a.new", 2L)], Events(client));
        var announced = Assert.Single(client.Frames.OfType<ServerFrame.Subscribed>());
        Assert.Equal(("a.new", 0L, Recovered.None), (announced.Channel, announced.Offset, announced.Recovered));
        Assert.True(client.Frames.ToList().IndexOf(announced) < client.Frames.ToList().FindIndex(frame => frame is ServerFrame.Event { Body.Channel: "a.new" }));
    }

    [Fact]
    public void A_channel_at_rest_is_not_held_in_memory_and_its_next_event_still_arrives()
    {
        Publish("a.1", "a.2");
        var client = Follow("a.>");
        Publish("a.1");
        _node.World.Advance(TimeSpan.FromSeconds(40));
        client.Send("""{"ping":{}}""");
        client.Forget();
        Assert.Equal(0, _node.ChannelsInMemory);

        Publish("a.1", "a.2");

        Assert.Equal([("a.1", 3L), ("a.2", 2L)], Events(client));
        Assert.Empty(client.Frames.OfType<ServerFrame.Subscribed>());
    }

    [Fact]
    public void A_channel_that_rests_and_stirs_again_and_again_loses_and_repeats_nothing()
    {
        var client = Follow("a.>");
        for (var i = 0; i < 20; i++)
        {
            Publish("a.1");
            client.Send("""{"ping":{}}""");
            _node.World.Advance(TimeSpan.FromSeconds(i));
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(offset => ("a.1", (long)offset)), Events(client));
    }

    [Fact]
    public void From_earliest_and_from_the_last_ones_are_read_for_each_channel_that_exists()
    {
        Publish("a.1", "a.1", "a.1", "a.2");
        _node.World.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal([("a.1", 1L), ("a.1", 2L), ("a.1", 3L), ("a.2", 1L)], Events(Follow("a.>", "\"from\":\"earliest\"")).Order());
        Assert.Equal([("a.1", 2L), ("a.1", 3L), ("a.2", 1L)], Events(Follow("a.>", "\"from\":{\"last\":2}")).Order());
    }

    [Theory]
    [InlineData("""{"id":2,"subscribe":{"channel":"a.>","from":{"epoch":"e","offset":1}}}""")]
    [InlineData("""{"id":2,"subscribe":{"channel":"a.>.b"}}""")]
    [InlineData("""{"id":2,"subscribe":{"channel":"a.b*"}}""")]
    public void A_position_and_what_is_no_pattern_are_bad_requests(string frame)
    {
        var client = _node.Connect().Send(frame);

        Assert.Equal((2L, ErrorCode.BadRequest), client.Take<ServerFrame.Error>() is var error ? (error.Id, error.Code) : default);
    }

    [Fact]
    public void Unsubscribing_the_pattern_ends_it()
    {
        Publish("a.1", "a.2");
        var client = Follow("a.>");
        Publish("a.1");
        client.Forget();

        client.Send("""{"id":3,"unsubscribe":{"channel":"a.>"}}""");
        Publish("a.1", "a.2", "a.3");

        Assert.Equal(3, client.Take<ServerFrame.Ok>().Id);
        Assert.Empty(client.Frames);
    }

    [Fact]
    public void An_ephemeral_channel_is_followed_while_it_is_there_and_again_in_its_next_life()
    {
        var client = Follow("live.>");
        Publish("live.x", "live.x");
        Assert.Equal([("live.x", 1L), ("live.x", 2L)], Events(client));
        client.Send("""{"ping":{}}""");
        _node.World.Advance(TimeSpan.FromSeconds(20));
        client.Send("""{"ping":{}}""");
        _node.World.Advance(TimeSpan.FromSeconds(20));
        client.Forget();

        Publish("live.x");

        Assert.Equal([("live.x", 1L)], Events(client));
        Assert.Equal("live.x", client.Take<ServerFrame.Subscribed>().Channel);
    }

    [Fact]
    public void The_first_subscriber_brings_a_channel_into_being()
    {
        var client = Follow("a.>");

        _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a.empty"}}""");

        client.Take<ServerFrame.Subscribed>();
        Assert.Equal(("a.empty", 0L), client.Take<ServerFrame.Subscribed>() is var announced ? (announced.Channel, announced.Head) : default);
    }

    [Fact]
    public void Many_channels_are_told_page_by_page_and_all_of_them()
    {
        var writer = _node.Connect();
        for (var i = 0; i < 1_000; i++)
            writer.Send($$$"""{"publish":{"channel":"m.{{{i}}}","type":"t","data":1}}""", settles: i % 100 == 99);

        _node.World.Advance(TimeSpan.FromSeconds(20));
        var client = Follow("m.*");
        _node.World.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(1_001, client.Frames.OfType<ServerFrame.Subscribed>().Count());
        Assert.Equal(1_000, client.Frames.OfType<ServerFrame.Subscribed>().Skip(1).Select(subscribed => subscribed.Channel).Distinct().Count());
    }

    [Fact]
    public void A_pattern_counts_as_one_subscription()
    {
        Publish("a.1", "a.2", "a.3");
        var node = new TestNode(new EngineOptions { SubscriptionsMax = 2 });
        var client = node.Connect().Send("""{"id":2,"subscribe":{"channel":"a.>"}}""").Send("""{"id":3,"subscribe":{"channel":"b"}}""");

        client.Send("""{"id":4,"subscribe":{"channel":"c.*"}}""");

        Assert.Equal((4L, ErrorCode.LimitExceeded), client.Take<ServerFrame.Error>() is var error ? (error.Id, error.Code) : default);
    }

    [Fact]
    public void The_pattern_that_would_go_beyond_the_bound_is_ended_with_the_reason()
    {
        var node = new TestNode(new EngineOptions { PatternChannelsMax = 2 });
        Publish(node, "a.1", "b.1");
        var client = node.Connect().Send("""{"id":2,"subscribe":{"channel":"a.>"}}""").Send("""{"id":3,"subscribe":{"channel":"b.>"}}""");
        client.Forget();

        Publish(node, "b.2", "a.1", "b.1");

        var ended = client.Take<ServerFrame.Unsubscribed>();
        Assert.Equal(("b.>", UnsubscribeCode.TooMany), (ended.Channel, ended.Code));
        Assert.Contains("at most 2 channels", ended.Reason, StringComparison.Ordinal);
        Assert.Equal([("a.1", 2L)], Events(client));
        client.Send("""{"id":4,"subscribe":{"channel":"a.>"}}""");
        Assert.Equal(4, client.Take<ServerFrame.Subscribed>().Id);
    }

    [Fact]
    public void A_pattern_that_means_too_many_from_the_start_is_refused()
    {
        var node = new TestNode(new EngineOptions { PatternChannelsMax = 2 });
        Publish(node, "a.1", "a.2", "a.3");

        var client = node.Connect().Send("""{"id":2,"subscribe":{"channel":"a.>"}}""");

        Assert.Equal((2L, ErrorCode.LimitExceeded), client.Take<ServerFrame.Error>() is var error ? (error.Id, error.Code) : default);
        Publish(node, "a.1");
        Assert.Empty(client.Frames);
    }

    private TestClient Follow(string pattern, string body = "") =>
        _node.Connect().Send($$$"""{"id":2,"subscribe":{"channel":"{{{pattern}}}"{{{(body.Length > 0 ? "," : "")}}}{{{body}}}}}""");

    private void Publish(params string[] channels) => Publish(_node, channels);

    private static void Publish(TestNode node, params string[] channels)
    {
        var writer = node.Connect();
        foreach (var channel in channels)
            writer.Send($$$"""{"publish":{"channel":"{{{channel}}}","type":"t","data":1}}""");
    }

    private static IEnumerable<(string, long)> Events(TestClient client) => client.Events.Select(e => (e.Body.Channel, e.Body.Offset));
}
