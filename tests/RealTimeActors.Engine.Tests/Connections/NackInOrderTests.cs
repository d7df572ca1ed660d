using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Connections;

/// <summary><c>nack</c> where nothing may overtake: whoever comes back is sent what he nacked in its place, which is its next attempt.</summary>
public sealed class NackInOrderTests
{
    private readonly TestNode _node = new(new EngineOptions
    {
        Heartbeat = TimeSpan.FromHours(1),
        Channels =
        [
            (ChannelPattern.Parse("a"), new ChannelSettings { Retry = new RetryRule { Attempts = 3 } }),
            (ChannelPattern.Parse("once"), new ChannelSettings { Retry = new RetryRule { Attempts = 1 } }),
        ],
    });

    [Fact]
    public void What_was_nacked_comes_in_its_place_and_without_a_pause_when_the_client_comes_back()
    {
        var client = Follow("a");
        Publish("a", 3);
        client.Send("""{"ack":{"channel":"a","offset":1}}""").Send("""{"nack":{"channel":"a","offset":2}}""");

        client.Drop();
        var after = _node.Accept().HelloAgainAs(client);
        _node.World.Advance(TimeSpan.FromMinutes(1));

        // And not once more when the pause is over.
        Assert.Equal([2, 3], after.Offsets);
    }

    [Fact]
    public void Each_time_it_comes_is_an_attempt_and_after_the_last_it_is_with_the_dead_letters()
    {
        var client = Follow("a");
        Publish("a", 1);
        client.Send("""{"nack":{"channel":"a","offset":1,"reason":"1"}}""");

        var second = Again(client).Send("""{"nack":{"channel":"a","offset":1,"reason":"2"}}""");
        var third = Again(second);
        Assert.Empty(Letters("$dlq.a"));
        third.Send("""{"nack":{"channel":"a","offset":1,"reason":"3"}}""");

        Assert.Equal([1, 1], [second.Events.Count, third.Events.Count]);
        Assert.Equal((3, "3"), (Letter("$dlq.a").GetProperty("attempts").GetInt32(), Letter("$dlq.a").GetProperty("reason").GetString()));
    }

    [Fact]
    public void A_client_that_goes_away_with_it_each_time_is_not_sent_it_more_often_than_its_channel_allows()
    {
        var client = Follow("a");
        Publish("a", 2);
        client.Send("""{"ack":{"channel":"a","offset":0,"ranges":[[2,2]]}}""").Send("""{"nack":{"channel":"a","offset":1}}""");

        var second = Again(client);
        var third = Again(second);
        var fourth = Again(third);

        Assert.Equal([1, 1, 0], [second.Events.Count, third.Events.Count, fourth.Events.Count]);
        Assert.Equal(3, Letter("$dlq.a").GetProperty("attempts").GetInt32());
        Assert.Contains(fourth.Frames.OfType<ServerFrame.Skip>(), skip => (skip.From, skip.To) == (1, 1));
        Assert.Equal(2, Assert.Single(Again(fourth).Welcome.Subscriptions).Offset);
    }

    [Theory]
    [InlineData("offset")]
    [InlineData("lanes")]
    public void What_is_given_up_does_not_come_to_a_client_that_comes_back_before_its_letter_is_written(string order)
    {
        var client = Follow("once", order);
        Publish("once", 2);

        // That it is given up is on the disk, and its letter is not.
        _node.Disk.Faults.TornFlushChance = 0;
        _node.Disk.Faults.FlushMin = _node.Disk.Faults.FlushMax = TimeSpan.FromMilliseconds(50);
        client.Send("""{"nack":{"channel":"once","offset":1}}""", settles: false);
        _node.World.Advance(TimeSpan.FromMilliseconds(75));
        _node.CrashAndRestart();
        Assert.Equal(0, _node.Load("channel/$dlq.once").Last);

        var after = _node.Accept().HelloAgainAs(client);
        _node.World.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal([2], after.Offsets);
        Assert.Equal(1, Letter("$dlq.once").GetProperty("attempts").GetInt32());
    }

    private TestClient Follow(string channel, string order = "offset") => _node.Connect().Send($$$"""{"id":2,"subscribe":{"channel":"{{{channel}}}","order":"{{{order}}}"}}""");

    private TestClient Again(TestClient before)
    {
        before.Drop();
        return _node.Accept().HelloAgainAs(before);
    }

    private void Publish(string channel, int count)
    {
        var publisher = _node.Connect();
        for (var i = 1; i <= count; i++)
            publisher.Send($$$"""{"id":{{{i + 1}}},"publish":{"channel":"{{{channel}}}","type":"t","data":{{{i}}}}}""");
    }

    private System.Text.Json.JsonElement Letter(string channel) => System.Text.Json.JsonDocument.Parse(Assert.Single(Letters(channel)).Data).RootElement;

    private IReadOnlyList<ChannelEvent> Letters(string channel) => _node.Connect().Send($$$"""{"id":9,"read":{"channel":"{{{channel}}}","what":"events"}}""").Take<ServerFrame.Page>().Events;
}
