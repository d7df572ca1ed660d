using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.DeadLetters;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.DeadLetters;

public sealed class ReplayTests
{
    private static readonly ChannelName _channel = ChannelName.Parse("a");

    private readonly TestNode _node = new(TestNode.With("a", new ChannelSettings { Retry = new RetryRule { Attempts = 1 } }) with { Heartbeat = TimeSpan.FromHours(1) });

    [Fact]
    public void A_letter_is_published_to_its_channel_again_once_however_often_it_is_asked_for()
    {
        GiveUp(3);

        var first = Replay(offset: 2);
        var second = Replay(offset: 2);

        Assert.Equal((1, 0), (first.Count, first.Already));
        Assert.Equal((0, 1), (second.Count, second.Already));
        var log = Log("a");
        Assert.Equal([1, 2, 3, 2], log.Select(e => int.Parse(System.Text.Encoding.UTF8.GetString(e.Data.Span), System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(("t", "k"), (log[^1].Type, log[^1].Key));
    }

    [Fact]
    public void All_are_those_that_there_are_when_it_is_asked_and_nothing_goes_in_a_circle()
    {
        // The client gives up on whatever comes, also on what is replayed.
        var client = GiveUp(3);
        var replayed = Replay(offset: null);
        client.Send("""{"nack":{"channel":"a","offset":4}}""").Send("""{"nack":{"channel":"a","offset":5}}""").Send("""{"nack":{"channel":"a","offset":6}}""");

        Assert.Equal((3, 0, 3L), (replayed.Count, replayed.Already, replayed.UpTo));
        Assert.Null(replayed.Next);
        Assert.Equal(6, Log("a").Count);
        Assert.Equal(6, Log("$dlq.a").Count);

        var again = Replay(offset: null);
        Assert.Equal((3, 3), (again.Count, again.Already));
    }

    [Fact]
    public void What_was_replayed_is_known_after_a_crash()
    {
        GiveUp(3);
        Replay(offset: null);

        _node.CrashAndRestart();

        Assert.Equal((0, 3), Replay(offset: null) is var again ? (again.Count, again.Already) : default);
        Assert.Equal(6, Log("a").Count);
    }

    [Fact]
    public void A_crash_in_the_middle_of_it_publishes_nothing_twice_and_loses_nothing()
    {
        GiveUp(20);
        var replies = new List<ReplayReply>();
        _node.Engine.Replays.Tell(new ReplayCommand.Replay(_channel, null, null, _node.Into(replies)));
        var events = 0L;
        for (var i = 0; i < 1_000 && events <= 20; i++)
            events = Events("a");
        _node.CrashAndRestart();

        Replay(offset: null);

        Assert.Equal(Enumerable.Range(1, 20).SelectMany(n => new[] { n, n }), Log("a").Select(e => int.Parse(System.Text.Encoding.UTF8.GetString(e.Data.Span), System.Globalization.CultureInfo.InvariantCulture)).Order());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(12)]
    public void What_a_crash_has_left_in_the_middle_is_counted_once_by_the_next_replay(int published)
    {
        GiveUp(20);
        var replies = new List<ReplayReply>();
        _node.Engine.Replays.Tell(new ReplayCommand.Replay(_channel, null, null, _node.Into(replies)));
        for (var i = 0; i < 1_000 && Events("a") < 20 + published; i++)
            Assert.Empty(replies);
        var before = Events("a") - 20;
        _node.CrashAndRestart();
        before = Math.Max(before, Events("a") - 20);

        var again = Replay(offset: null);

        Assert.Equal((20, 0), (again.Count + again.Already, again.FailedCount));
        Assert.Equal(20 - before, again.Count);
    }

    [Fact]
    public void One_that_is_not_there_is_told()
    {
        GiveUp(1);

        var replayed = Replay(offset: 9);

        Assert.Equal((0, 0, 1), (replayed.Count, replayed.Already, replayed.FailedCount));
        Assert.Equal(9, Assert.Single(replayed.Failed).Offset);
    }

    [Fact]
    public void A_channel_without_letters_has_nothing_to_replay()
        => Assert.Equal((0, 0, 0), Replay(offset: null) is var replayed ? (replayed.Count, replayed.Already, replayed.FailedCount) : default);

    [Fact]
    public void Dead_letters_have_none_themselves()
    {
        var replies = new List<ReplayReply>();
        _node.Engine.Replays.Tell(new ReplayCommand.Replay(ChannelName.Parse("$dlq.a"), 1, null, _node.Into(replies)));
        _node.Settle();

        Assert.IsType<ReplayReply.Refused>(Assert.Single(replies));
    }

    [Fact]
    public void A_thousand_at_a_time_are_looked_at_and_the_answer_says_where_to_go_on()
    {
        GiveUp(1_250);

        var first = Replay(offset: null);
        Assert.Equal(1_250, first.UpTo);
        Assert.InRange(first.Count, 1_000, 1_100);
        Assert.Equal(first.Count, first.Next);
        var replies = new List<ReplayReply>();
        _node.Engine.Replays.Tell(new ReplayCommand.Replay(_channel, null, null, _node.Into(replies)) { After = first.Next!.Value, UpTo = first.UpTo });
        _node.World.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal((1_250 - first.Count, (long?)null), Assert.IsType<ReplayReply.Replayed>(Assert.Single(replies)) is var second ? (second.Count, second.Next) : default);
    }

    private TestClient GiveUp(int count)
    {
        var client = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var publisher = _node.Connect();
        for (var i = 1; i <= count; i++)
            publisher.Send($$$"""{"publish":{"channel":"a","type":"t","data":{{{i}}},"key":"k"}}""", settles: i % 100 == 0);
        _node.Settle();
        for (var i = 1; i <= count; i++)
            client.Send($$$"""{"nack":{"channel":"a","offset":{{{i}}}}}""", settles: false);
        _node.World.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(count, Events("$dlq.a"));
        return client;
    }

    private ReplayReply.Replayed Replay(long? offset)
    {
        var replies = new List<ReplayReply>();
        _node.Engine.Replays.Tell(new ReplayCommand.Replay(_channel, offset, null, _node.Into(replies)));
        _node.World.Advance(TimeSpan.FromSeconds(10));
        return Assert.IsType<ReplayReply.Replayed>(Assert.Single(replies));
    }

    private IReadOnlyList<ChannelEvent> Log(string channel) => _node.Connect().Send($$$"""{"id":9,"read":{"channel":"{{{channel}}}","what":"events"}}""").Take<ServerFrame.Page>().Events;

    /// <summary>How many there are, asked without letting time pass but for a moment.</summary>
    private long Events(string channel)
    {
        var replies = new List<ChannelReply>();
        _node.Engine.Channels.Tell(new ChannelCommand.ReadStats(ChannelName.Parse(channel), null, _node.Into(replies)));
        _node.World.Advance(TimeSpan.FromMilliseconds(1));
        return replies.OfType<ChannelReply.Stats>().LastOrDefault()?.Head ?? 0;
    }
}
