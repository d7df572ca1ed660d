using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Patterns;

public sealed class PatternRightsTests
{
    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);
    private readonly TestNode _node = new(
        new EngineOptions
        {
            PassivateAfter = TimeSpan.FromSeconds(5),
            Channels = [(ChannelPattern.Parse("a.kept"), new ChannelSettings { IsDurable = false, KeepsForOffline = true })],
        },
        asksForTokens: true);

    [Fact]
    public void Channels_that_may_not_be_followed_are_passed_over_the_old_ones_and_the_new_ones()
    {
        Publish("a.mine", "a.secret");
        var client = _node.ConnectAs("u1", ("a.mine", Rights.Subscribe), ("a.new", Rights.Subscribe)).Send(Subscribe(2));

        Publish("a.mine", "a.secret", "a.new", "a.other");

        Assert.Equal([("a.mine", 2L), ("a.new", 1L)], Events(client));
        Assert.DoesNotContain(client.Frames, frame => frame.ToString()!.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Earliest_begins_now_where_the_right_to_history_is_missing()
    {
        Publish("a.1", "a.2");
        var client = _node.ConnectAs("u1", ("a.*", Rights.Subscribe), ("a.2", Rights.History)).Send(Subscribe(2, "\"from\":\"earliest\""));

        Publish("a.1", "a.2", "a.3");

        Assert.Equal([("a.1", 2L), ("a.2", 1L), ("a.2", 2L), ("a.3", 1L)], Events(client).Order());
    }

    [Fact]
    public void A_right_that_a_refresh_takes_ends_its_channel_and_one_that_it_gives_begins_one_now()
    {
        Publish("a.1", "a.2");
        var client = _node.ConnectAs("u1", ("a.1", Rights.Subscribe)).Send(Subscribe(2));
        client.Forget();

        client.Send(Refresh(3, ("a.2", Rights.Subscribe)));
        _node.Settle();
        Publish("a.1", "a.2");

        Assert.Equal(("a.1", UnsubscribeCode.RightMissing), client.Take<ServerFrame.Unsubscribed>() is var ended ? (ended.Channel, ended.Code) : default);
        Assert.Equal([("a.2", 2L)], Events(client));
    }

    [Fact]
    public void Whoever_was_refused_a_channel_is_not_given_its_past_with_the_session()
    {
        Publish("a.1");
        var client = _node.ConnectAs("u1", ("a.1", Rights.Subscribe)).Send(Subscribe(2));
        Publish("a.secret");
        client.Drop();

        var again = _node.Accept().HelloAgainAs(client, _node.Tokens!.Issue("u1", _hour, ("a.*", Rights.Subscribe)));
        _node.Settle();
        Assert.Empty(again.Events);

        Publish("a.secret");
        Assert.Equal([("a.secret", 2L)], Events(again));
    }

    [Fact]
    public void Whoever_was_refused_nothing_gets_what_was_born_while_away_without_the_right_to_history()
    {
        var client = _node.ConnectAs("u1", ("a.*", Rights.Subscribe)).Send(Subscribe(2));
        client.Drop();
        Publish("a.new");

        var again = _node.Accept().HelloAgainAs(client, _node.Tokens!.Issue("u1", _hour, ("a.*", Rights.Subscribe)));
        _node.Settle();

        Assert.Equal([("a.new", 1L)], Events(again));
    }

    [Fact]
    public void What_was_born_meanwhile_and_not_acked_is_owed_after_another_channel_was_refused()
    {
        var client = _node.ConnectAs("u1", ("a.*", Rights.Subscribe)).Send(Subscribe(2));
        Publish("a.1");
        client.Send(Refresh(3, ("a.1", Rights.Subscribe)));
        Publish("a.0");
        client.Drop();

        var again = _node.Accept().HelloAgainAs(client, _node.Tokens!.Issue("u1", _hour, ("a.1", Rights.Subscribe)));
        _node.Settle();

        Assert.Equal([("a.1", 1L)], Events(again));
    }

    [Fact]
    public void What_is_born_and_not_acked_after_another_channel_was_refused_is_owed_too()
    {
        var client = _node.ConnectAs("u1", ("a.1", Rights.Subscribe)).Send(Subscribe(2));
        Publish("a.0");
        Publish("a.1");
        client.Drop();

        var again = _node.Accept().HelloAgainAs(client, _node.Tokens!.Issue("u1", _hour, ("a.1", Rights.Subscribe)));
        _node.Settle();

        Assert.Equal([("a.1", 1L)], Events(again));
    }

    [Fact]
    public void What_was_not_acked_is_owed_although_the_session_comes_back_and_is_refused_another_channel_before_it()
    {
        var client = _node.ConnectAs("u1", ("a.*", Rights.Subscribe)).Send(Subscribe(2));
        Publish("a.0", "a.1");
        client.Drop();

        for (var i = 0; i < 2; i++)
        {
            var again = _node.Accept().HelloAgainAs(client, _node.Tokens!.Issue("u1", _hour, ("a.1", Rights.Subscribe)));
            _node.Settle();

            Assert.Equal([("a.1", 1L)], Events(again));
            again.Drop();
            client = again;
        }
    }

    [Fact]
    public void What_was_acked_does_not_come_again_because_another_channel_was_refused()
    {
        var client = _node.ConnectAs("u1", ("a.*", Rights.Subscribe)).Send(Subscribe(2));
        Publish("a.1", "a.1");
        client.Send("""{"ack":{"channel":"a.1","offset":1}}""");
        client.Send(Refresh(3, ("a.1", Rights.Subscribe)));
        Publish("a.0");
        client.Drop();

        var again = _node.Accept().HelloAgainAs(client, _node.Tokens!.Issue("u1", _hour, ("a.1", Rights.Subscribe)));
        _node.Settle();

        Assert.Equal([("a.1", 2L)], Events(again));
    }

    [Fact]
    public void A_right_that_is_gone_when_the_session_comes_back_is_told_of_its_channel()
    {
        Publish("a.1", "a.2");
        var client = _node.ConnectAs("u1", ("a.*", Rights.Subscribe)).Send(Subscribe(2));
        client.Drop();
        Publish("a.1", "a.2");

        var again = _node.Accept().HelloAgainAs(client, _node.Tokens!.Issue("u1", _hour, ("a.1", Rights.Subscribe)));
        _node.Settle();

        Assert.Equal(("a.2", UnsubscribeCode.RightMissing), Assert.Single(again.Frames.OfType<ServerFrame.Unsubscribed>()) is var ended ? (ended.Channel, ended.Code) : default);
        Assert.Equal([("a.1", 2L)], Events(again));
        Assert.Equal(["a.1"], _node.CursorsOf(again.Welcome.Session.Id));
    }

    [Fact]
    public void A_right_that_is_gone_when_the_session_comes_back_is_told_of_a_channel_that_has_ended_and_nothing_comes_when_it_begins_again()
    {
        var client = _node.ConnectAs("u1", ("a.*", Rights.Subscribe)).Send(Subscribe(2));
        Publish("a.kept");
        client.Send("""{"ack":{"channel":"a.kept","offset":1}}""");
        client.Drop();
        Publish("a.kept");
        _node.World.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, _node.ChannelsInMemory);

        var again = _node.Accept().HelloAgainAs(client, _node.Tokens!.Issue("u1", _hour, ("a.1", Rights.Subscribe)));
        _node.Settle();
        Publish("a.kept");

        Assert.Empty(again.Events);
        Assert.Equal(("a.kept", UnsubscribeCode.RightMissing), Assert.Single(again.Frames.OfType<ServerFrame.Unsubscribed>()) is var ended ? (ended.Channel, ended.Code) : default);
        Assert.Empty(_node.CursorsOf(again.Welcome.Session.Id));
    }

    [Fact]
    public void A_right_that_is_gone_is_told_after_the_welcome_where_the_hello_asks_for_a_narrower_pattern()
    {
        Publish("a.1", "a.2");
        var client = _node.ConnectAs("u1", ("a.*", Rights.Subscribe)).Send("""{"id":2,"subscribe":{"channel":"a.>"}}""");
        client.Drop();

        var again = _node.Accept().HelloAgainAs(client, _node.Tokens!.Issue("u1", _hour, ("a.2", Rights.Subscribe)), """
            "subscribe":[{"channel":"a.*","from":"session"}]
            """);
        _node.Settle();

        // What comes before the welcome is not among the frames.
        Assert.Equal(("a.1", UnsubscribeCode.RightMissing), Assert.Single(again.Frames.OfType<ServerFrame.Unsubscribed>()) is var ended ? (ended.Channel, ended.Code) : default);
        Assert.Equal(["a.2"], _node.CursorsOf(again.Welcome.Session.Id));
    }

    [Fact]
    public void A_right_that_a_refresh_takes_is_told_of_a_channel_that_the_client_knows_from_an_earlier_connection()
    {
        Publish("a.1", "a.2");
        var client = _node.ConnectAs("u1", ("a.*", Rights.Subscribe)).Send(Subscribe(2));
        client.Drop();
        _node.World.Advance(TimeSpan.FromMinutes(1));
        var again = _node.Accept().HelloAgainAs(client, _node.Tokens!.Issue("u1", _hour, ("a.*", Rights.Subscribe)));
        _node.Settle();
        Assert.Empty(again.Frames.OfType<ServerFrame.Subscribed>());

        again.Send(Refresh(3, ("a.2", Rights.Subscribe)));
        _node.Settle();

        Assert.Equal(("a.1", UnsubscribeCode.RightMissing), Assert.Single(again.Frames.OfType<ServerFrame.Unsubscribed>()) is var ended ? (ended.Channel, ended.Code) : default);
        Assert.Equal(["a.2"], _node.CursorsOf(again.Welcome.Session.Id));
    }

    [Fact]
    public void An_administrator_ends_channels_of_a_pattern_and_they_stay_out_until_it_is_subscribed_to_again()
    {
        Publish("a.1", "a.2");
        var client = _node.ConnectAs("u1", ("a.*", Rights.Subscribe)).Send(Subscribe(2));
        client.Forget();

        _node.Ask(replyTo => new UserCommand.Unsubscribe("u1", ChannelPattern.Parse("a.1"), null, replyTo));
        Publish("a.1", "a.2");

        Assert.Equal(("a.1", UnsubscribeCode.PutOut), client.Take<ServerFrame.Unsubscribed>() is var ended ? (ended.Channel, ended.Code) : default);
        Assert.Equal([("a.2", 2L)], Events(client));
        client.Send(Subscribe(3));
        Publish("a.1");
        Assert.Contains(("a.1", 3L), Events(client));
    }

    [Fact]
    public void An_administrator_ends_a_whole_pattern()
    {
        Publish("a.1");
        var client = _node.ConnectAs("u1", ("a.*", Rights.Subscribe)).Send(Subscribe(2));
        client.Forget();

        _node.Ask(replyTo => new UserCommand.Unsubscribe("u1", ChannelPattern.Parse("a.>"), null, replyTo));
        Publish("a.1", "a.2");

        Assert.Equal(("a.*", UnsubscribeCode.PutOut), client.Take<ServerFrame.Unsubscribed>() is var ended ? (ended.Channel, ended.Code) : default);
        Assert.Empty(client.Events);
    }

    private static string Subscribe(int id, string body = "") => $$$"""{"id":{{{id}}},"subscribe":{"channel":"a.*"{{{(body.Length > 0 ? "," : "")}}}{{{body}}}}}""";

    private string Refresh(int id, params (string Pattern, Rights Rights)[] channels) => $$$"""{"id":{{{id}}},"refresh":{"token":"{{{_node.Tokens!.Issue("u1", _hour, channels)}}}"}}""";

    private void Publish(params string[] channels)
    {
        var writer = _node.ConnectAs("writer", (">", Rights.All));
        foreach (var channel in channels)
            writer.Send($$$"""{"publish":{"channel":"{{{channel}}}","type":"t","data":1}}""");

        writer.Drop();
    }

    private static IEnumerable<(string, long)> Events(TestClient client) => client.Events.Select(e => (e.Body.Channel, e.Body.Offset));
}
