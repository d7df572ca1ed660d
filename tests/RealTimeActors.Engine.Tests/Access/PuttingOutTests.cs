using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Access;

public sealed class PuttingOutTests
{
    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);
    private readonly TestNode _node = new(new EngineOptions { Edges = 2, RevocationsMax = 3 }, asksForTokens: true);

    [Fact]
    public void A_user_who_is_put_out_is_gone_from_every_edge_when_the_receipt_comes()
    {
        TestClient[] his = [_node.ConnectAs("u1"), _node.ConnectAs("u1"), _node.ConnectAs("u1")];
        var other = _node.ConnectAs("u2");

        var receipt = Assert.IsType<UserReply.Disconnected>(PutOut("u1"));

        Assert.Equal(("u1", 3), (receipt.User, receipt.Connections));
        Assert.All(his, client => Assert.Equal((CloseCode.TokenRevoked, 1_000), client.Take<ServerFrame.Close>() is var close ? (close.Code, close.AfterMs) : default));
        Assert.All(his, client => Assert.Equal(CloseCode.TokenRevoked, client.ClosedWith));
        Assert.Null(other.ClosedWith);
    }

    [Fact]
    public void His_old_tokens_are_refused_everywhere_also_after_a_crash_and_a_new_one_is_taken()
    {
        var old = _node.Tokens!.Issue("u1", _hour);
        var oldIdentity = _node.Tokens.IdentityOf(old);
        _node.Settle();
        PutOut("u1");
        _node.CrashAndRestart();

        var withOldToken = _node.Accept().Send(Hello(old));
        var withOldHandshake = _node.Accept(identity: oldIdentity).Send("""{"id":1,"hello":{}}""");
        var withNewToken = _node.ConnectAs("u1").Send($$$"""{"id":2,"refresh":{"token":"{{{old}}}"}}""");

        Assert.Equal((CloseCode.TokenRevoked, CloseCode.TokenRevoked), (withOldToken.ClosedWith, withOldHandshake.ClosedWith));
        Assert.Equal(ErrorCode.Unauthenticated, withNewToken.Take<ServerFrame.Error>().Code);
        Assert.Null(withNewToken.ClosedWith);
    }

    [Fact]
    public void A_token_that_does_not_say_when_it_was_issued_may_be_an_old_one()
    {
        var timeless = _node.Tokens!.Issue(new Identity { User = "u1" });
        var client = _node.Accept().HelloWith(timeless);

        PutOut("u1");

        Assert.Equal(CloseCode.TokenRevoked, client.ClosedWith);
        Assert.Equal(CloseCode.TokenRevoked, _node.Accept().Send(Hello(timeless)).ClosedWith);
    }

    [Fact]
    public void A_connection_whose_token_is_checked_meanwhile_is_put_out_too()
    {
        var token = _node.Tokens!.Issue("u1", _hour);
        _node.Tokens.Takes = () => TimeSpan.FromMilliseconds(800);
        var client = _node.Accept().Send(Hello(token));

        PutOut("u1");
        _node.World.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(CloseCode.TokenRevoked, client.ClosedWith);
        Assert.Empty(client.Frames.OfType<ServerFrame.Welcome>());
    }

    [Theory]
    [InlineData(false, false, CloseCode.TokenNeeded)]
    [InlineData(false, true, CloseCode.PutOut)]
    [InlineData(true, true, CloseCode.PutOut)]
    public void A_user_can_be_disconnected_with_his_tokens_left_good_and_be_told_to_stay_away(bool revokes, bool staysAway, int code)
    {
        var token = _node.Tokens!.Issue("u1", _hour);
        var client = _node.Accept().HelloWith(token);

        var receipt = Assert.IsType<UserReply.Disconnected>(_node.Ask(to => new UserCommand.Disconnect("u1", revokes, staysAway, null, to)));

        Assert.Equal((1, revokes), (receipt.Connections, receipt.RevokedBeforeUnixMs is not null));
        Assert.Equal(code, client.ClosedWith);
        Assert.Equal(revokes ? CloseCode.TokenRevoked : null, _node.Accept().Send(Hello(token)).ClosedWith);
    }

    [Fact]
    public void A_revocation_is_forgotten_when_no_token_can_be_left_that_it_means()
    {
        var timeless = _node.Tokens!.Issue(new Identity { User = "u1" });
        PutOut("u1");

        _node.World.Advance(TimeSpan.FromHours(23));
        Assert.Equal(CloseCode.TokenRevoked, _node.Accept().Send(Hello(timeless)).ClosedWith);
        _node.World.Advance(TimeSpan.FromHours(2));

        Assert.Null(_node.Accept().Send(Hello(timeless)).ClosedWith);
    }

    [Fact]
    public void One_revocation_too_many_is_refused_and_the_same_user_again_is_not()
    {
        Assert.All(["u1", "u2", "u3"], user => Assert.IsType<UserReply.Disconnected>(PutOut(user)));
        var client = _node.ConnectAs("u4");

        Assert.Equal(ErrorCode.LimitExceeded, Assert.IsType<UserReply.Refused>(PutOut("u4")).Code);
        Assert.Null(client.ClosedWith);
        Assert.IsType<UserReply.Disconnected>(PutOut("u3"));
        _node.World.Advance(TimeSpan.FromHours(25));
        Assert.IsType<UserReply.Disconnected>(PutOut("u4"));
    }

    [Fact]
    public void A_full_disk_refuses_the_revocation_and_nobody_is_put_out()
    {
        var client = _node.ConnectAs("u1");
        _node.Disk.Faults.IsFull = true;

        Assert.Equal(ErrorCode.Overloaded, Assert.IsType<UserReply.Refused>(PutOut("u1")).Code);
        Assert.Null(client.ClosedWith);
    }

    [Fact]
    public void A_revocation_of_which_it_is_not_known_whether_it_is_stored_takes_effect_if_it_is()
    {
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var node = new TestNode(seed: seed, asksForTokens: true);
            var token = node.Tokens!.Issue("u1", _hour);
            var client = node.Accept().HelloWith(token);
            node.Disk.Faults.UnknownCommitChance = 1;
            var refused = Assert.IsType<UserReply.Refused>(node.Ask(to => new UserCommand.Disconnect("u1", true, false, null, to)));
            node.Disk.Faults.UnknownCommitChance = 0;
            node.World.Advance(TimeSpan.FromSeconds(2));

            Assert.Equal(ErrorCode.Timeout, refused.Code);
            Assert.Equal(client.ClosedWith, node.Accept().Send(Hello(token)).ClosedWith);
        }
    }

    [Fact]
    public void An_order_that_waits_too_long_is_answered_as_not_known_and_once()
    {
        var client = _node.ConnectAs("u1");
        _node.Disk.Faults.IsStalled = true;
        var replies = new List<UserReply>();
        _node.Engine.Users.Tell(new UserCommand.Disconnect("u1", true, false, "tag", _node.Into(replies)));
        _node.World.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal((ErrorCode.Timeout, "tag"), Assert.IsType<UserReply.Refused>(Assert.Single(replies)) is var refused ? (refused.Code, refused.Tag) : default);

        _node.Disk.Faults.IsStalled = false;
        _node.Settle();

        Assert.Equal(CloseCode.TokenRevoked, client.ClosedWith);
        Assert.Single(replies);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void A_user_without_a_name_or_with_an_endless_one_is_none(string? user)
    {
        Assert.Equal(ErrorCode.BadRequest, Assert.IsType<UserReply.Refused>(PutOut(user ?? new string('u', 257))).Code);
    }

    [Fact]
    public void Subscriptions_that_are_ended_by_an_administrator_are_gone_from_the_session_too()
    {
        var first = _node.ConnectAs("u1", (">", Rights.Subscribe));
        var second = _node.ConnectAs("u1", (">", Rights.Subscribe));
        var other = _node.ConnectAs("u2", (">", Rights.Subscribe));
        foreach (var client in new[] { first, second, other })
            client.Send("""{"id":2,"subscribe":{"channel":"a.b"}}""").Send("""{"id":3,"subscribe":{"channel":"c"}}""");

        var reply = _node.Ask(to => new UserCommand.Unsubscribe("u1", ChannelPattern.Parse("a.*"), "tag", to));

        Assert.Equal(new UserReply.Unsubscribed("tag", "u1", 2, 2), reply);
        Assert.Equal(("a.b", UnsubscribeCode.PutOut), first.Take<ServerFrame.Unsubscribed>() is var ended ? (ended.Channel, ended.Code) : default);
        Assert.Empty(other.Frames.OfType<ServerFrame.Unsubscribed>());
        var again = _node.Accept().HelloAgainAs(first, _node.Tokens!.Issue("u1", _hour, (">", Rights.Subscribe)));
        Assert.Equal(["c"], again.Welcome.Subscriptions.Select(subscribed => subscribed.Channel));
    }

    private UserReply PutOut(string user) => _node.Ask(to => new UserCommand.Disconnect(user, Revokes: true, StaysAway: false, null, to));

    private static string Hello(string token) => $$$"""{"id":1,"hello":{"token":"{{{token}}}"}}""";
}
