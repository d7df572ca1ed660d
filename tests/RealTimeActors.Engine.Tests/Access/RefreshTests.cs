using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Access;

public sealed class RefreshTests
{
    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);
    private readonly TestNode _node = new(new EngineOptions { CatchUpEventsMax = 4 }, asksForTokens: true);

    [Fact]
    public void A_connection_ends_when_its_token_does_and_its_session_goes_on_with_the_next()
    {
        var tokens = _node.Tokens!;
        var client = _node.Accept().HelloWith(tokens.Issue("u1", TimeSpan.FromSeconds(10), ("a", Rights.Subscribe))).Send("""{"id":2,"subscribe":{"channel":"a"}}""");

        _node.World.Advance(TimeSpan.FromSeconds(8));
        Assert.Null(client.ClosedWith);
        _node.World.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal((CloseCode.TokenExpired, "token expired"), client.Take<ServerFrame.Close>() is var close ? (close.Code, close.Reason) : default);
        var again = _node.Accept().HelloAgainAs(client, tokens.Issue("u1", _hour, ("a", Rights.Subscribe)));
        Assert.True(again.Welcome.Session.Resumed);
        Assert.Equal(["a"], again.Welcome.Subscriptions.Select(subscribed => subscribed.Channel));
    }

    [Fact]
    public void Nothing_is_done_for_a_token_that_has_expired_although_it_was_not_looked_at_since()
    {
        var tokens = _node.Tokens!;
        var client = _node.Accept().HelloWith(tokens.Issue("u1", TimeSpan.FromMilliseconds(9_100), ("a", Rights.Publish)));

        _node.World.Advance(TimeSpan.FromMilliseconds(8_800));
        Assert.Null(client.ClosedWith);
        client.Send(Publish(2, "a"));

        Assert.Empty(client.Frames.OfType<ServerFrame.Receipt>());
        Assert.Equal(CloseCode.TokenExpired, client.ClosedWith);
    }

    [Fact]
    public void A_refreshed_token_keeps_the_connection()
    {
        var tokens = _node.Tokens!;
        var client = _node.Accept().HelloWith(tokens.Issue("u1", TimeSpan.FromSeconds(10)));

        client.Send(Refresh(2, tokens.Issue("u1", _hour)));
        _node.World.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(2, client.Take<ServerFrame.Ok>().Id);
        Assert.Null(client.ClosedWith);
    }

    [Fact]
    public void Rights_that_the_new_token_gives_are_there_at_once_and_others_are_gone()
    {
        var client = _node.ConnectAs("u1", ("a", Rights.Subscribe | Rights.Publish), ("b", Rights.Subscribe));
        client.Send("""{"id":2,"subscribe":{"channel":"a"}}""").Send("""{"id":3,"subscribe":{"channel":"b"}}""").Send(Publish(4, "a"));
        client.Forget();

        client.Send(Refresh(5, _node.Tokens!.Issue("u1", _hour, ("b", Rights.Subscribe | Rights.Publish))));

        Assert.Equal(("a", UnsubscribeCode.RightMissing), client.Take<ServerFrame.Unsubscribed>() is var ended ? (ended.Channel, ended.Code) : default);
        Assert.Equal(5, client.Take<ServerFrame.Ok>().Id);
        client.Send(Publish(6, "a")).Send(Publish(7, "b"));
        Assert.Equal((6L, ErrorCode.Forbidden), client.Take<ServerFrame.Error>() is var error ? (error.Id, error.Code) : default);
        Assert.Equal(["b"], client.Events.Select(e => e.Body.Channel));
    }

    [Fact]
    public void A_subscription_that_a_refresh_has_ended_does_not_come_back_with_the_session()
    {
        var client = _node.ConnectAs("u1", ("a", Rights.Subscribe)).Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        client.Send(Refresh(3, _node.Tokens!.Issue("u1", _hour)));
        client.Drop();

        var again = _node.Accept().HelloAgainAs(client, _node.Tokens.Issue("u1", _hour, ("a", Rights.Subscribe)));

        Assert.True(again.Welcome.Session.Resumed);
        Assert.Empty(again.Welcome.Subscriptions);
    }

    [Fact]
    public void A_replay_under_way_stops_where_the_right_to_history_ends()
    {
        var client = ReplayOfTenAfterThree();

        client.Send(Refresh(4, _node.Tokens!.Issue("u1", _hour, ("a", Rights.Subscribe))));
        client.Send("""{"credit":{"events":100}}""");

        Assert.Equal([1, 2, 3], client.Offsets);
        Assert.Equal(UnsubscribeCode.RightMissing, client.Take<ServerFrame.Unsubscribed>().Code);
    }

    [Fact]
    public void A_replay_that_is_over_needs_no_right_to_history_any_more()
    {
        var client = ReplayOfTenAfterThree();
        client.Send("""{"credit":{"events":100}}""");

        client.Send(Refresh(4, _node.Tokens!.Issue("u1", _hour, ("a", Rights.Subscribe))));
        Write(1);

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], client.Offsets);
    }

    [Fact]
    public void A_bad_token_changes_nothing()
    {
        var tokens = _node.Tokens!;
        var client = _node.Accept().HelloWith(tokens.Issue("u1", TimeSpan.FromSeconds(10), ("a", Rights.Publish)));
        var expired = tokens.Issue("u1", TimeSpan.Zero, ("a", Rights.Publish));

        client.Send(Refresh(2, "made-up")).Send(Refresh(3, expired)).Send(Refresh(4, tokens.Issue("u2", _hour, ("a", Rights.Publish)))).Send(Publish(5, "a"));

        Assert.Equal(
            [(2L, ErrorCode.Unauthenticated), (3L, ErrorCode.Expired), (4L, ErrorCode.Forbidden)],
            client.Frames.OfType<ServerFrame.Error>().Select(error => (error.Id, error.Code)));
        Assert.Equal(5, client.Take<ServerFrame.Receipt>().Id);
        _node.World.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(CloseCode.TokenExpired, client.ClosedWith);
    }

    [Fact]
    public void One_refresh_is_checked_at_a_time()
    {
        var tokens = _node.Tokens!;
        var client = _node.ConnectAs("u1");
        tokens.Takes = () => TimeSpan.FromSeconds(2);

        client.Send(Refresh(2, tokens.Issue("u1", _hour))).Send(Refresh(3, tokens.Issue("u1", _hour)));
        _node.World.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal((3L, ErrorCode.Overloaded), client.Take<ServerFrame.Error>() is var error ? (error.Id, error.Code) : default);
        Assert.Equal(2, client.Take<ServerFrame.Ok>().Id);
    }

    [Fact]
    public void Where_nobody_is_asked_a_refresh_is_taken_as_it_comes()
    {
        Assert.Equal(2, new TestNode().Connect().Send(Refresh(2, "anything")).Take<ServerFrame.Ok>().Id);
    }

    private TestClient ReplayOfTenAfterThree()
    {
        Write(10);
        var client = _node.Accept().HelloWith(_node.Tokens!.Issue("u1", _hour, ("a", Rights.Subscribe | Rights.History)), """ "credit":3 """);
        client.Send("""{"id":3,"subscribe":{"channel":"a","from":"earliest"}}""");
        Assert.Equal([1, 2, 3], client.Offsets);
        return client;
    }

    private void Write(int count)
    {
        var writer = _node.ConnectAs("w", ("a", Rights.Publish));
        for (var i = 0; i < count; i++)
            writer.Send(Publish(0, "a"));
    }

    private static string Refresh(long id, string token) => $$$"""{"id":{{{id}}},"refresh":{"token":"{{{token}}}"}}""";

    private static string Publish(long id, string channel) =>
        id == 0 ? $$$"""{"publish":{"channel":"{{{channel}}}","type":"t","data":1}}""" : $$$"""{"id":{{{id}}},"publish":{"channel":"{{{channel}}}","type":"t","data":1}}""";
}
