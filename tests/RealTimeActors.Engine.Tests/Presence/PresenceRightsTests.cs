using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Presence;

public sealed class PresenceRightsTests
{
    private const string Join = """{"id":2,"presence":{"channel":"c","state":1}}""";

    private readonly TestNode _node = new(asksForTokens: true);
    private readonly TestClient _first;
    private readonly PresenceSeen _sees = new("c");

    public PresenceRightsTests() => _first = _node.ConnectAs("u1", ("c", Rights.Presence)).Send(Join);

    [Theory]
    [InlineData(Join)]
    [InlineData("""{"id":2,"read":{"channel":"c","what":"presence"}}""")]
    [InlineData("""{"id":2,"subscribe":{"channel":"c","presence":"count"}}""")]
    [InlineData("""{"id":2,"subscribe":{"channel":"c","presence":"members"}}""")]
    public void Everything_about_presence_takes_its_right(string frame)
    {
        var other = _node.ConnectAs("u2", ("c", Rights.All & ~Rights.Presence)).Send(frame);

        var error = other.Take<ServerFrame.Error>();
        Assert.Equal(ErrorCode.Forbidden, error.Code);
        Assert.Contains("'presence'", error.Message);
    }

    [Fact]
    public void A_hello_that_looks_on_without_the_right_is_told_so_after_the_welcome()
    {
        var token = _node.Tokens!.Issue("u2", TimeSpan.FromHours(1), ("c", Rights.Subscribe));

        var other = _node.Accept().HelloWith(token, "\"subscribe\":[{\"channel\":\"c\",\"presence\":\"members\"}]");

        Assert.Equal(UnsubscribeCode.RightMissing, other.Take<ServerFrame.Unsubscribed>().Code);
    }

    [Fact]
    public void Members_are_shown_with_their_users_as_their_tokens_say()
    {
        _node.ConnectAs("u2", ("c", Rights.Presence)).Send(Join);

        Assert.Equal(["u1", "u2"], _sees.Look(_first).Members!.Select(member => member.User).Order());
    }

    [Fact]
    public void A_refresh_that_takes_the_right_ends_it_and_says_so()
    {
        var other = _node.ConnectAs("u2", ("c", Rights.Presence | Rights.Subscribe)).Send(Join).Send("""{"id":3,"subscribe":{"channel":"c","presence":"members"}}""");
        var otherSees = new PresenceSeen("c").Look(other);

        other.Send($$$"""{"id":4,"refresh":{"token":"{{{_node.Tokens!.Issue("u2", TimeSpan.FromHours(1), ("c", Rights.Subscribe))}}}"}}""");

        Assert.Equal([_first.Welcome.Session.Id], _sees.Look(_first).Sessions);
        Assert.Contains("'presence'", otherSees.Look(other).EndedBecause);
        _first.Send("""{"id":3,"presence":{"channel":"c","state":2}}""");
        Assert.Empty(other.Frames);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Who_is_put_out_is_gone_at_once(bool revokes, bool staysAway)
    {
        _node.ConnectAs("u2", ("c", Rights.Presence)).Send(Join);

        Assert.IsType<UserReply.Disconnected>(_node.Ask(to => new UserCommand.Disconnect("u2", revokes, staysAway, null, to)));
        _node.Settle();

        Assert.Equal([_first.Welcome.Session.Id], _sees.Look(_first).Sessions);
    }

    [Fact]
    public void Who_is_put_off_the_channel_is_no_member_any_more_and_told_so()
    {
        var other = _node.ConnectAs("u2", ("c", Rights.Presence)).Send(Join);

        _node.Ask(to => new UserCommand.Unsubscribe("u2", ChannelPattern.Parse(">"), null, to));
        _node.Settle();

        Assert.Equal([_first.Welcome.Session.Id], _sees.Look(_first).Sessions);
        Assert.NotNull(new PresenceSeen("c").Look(other).EndedBecause);
    }

    [Fact]
    public void A_session_that_is_resumed_without_the_right_is_gone_at_once()
    {
        var other = _node.ConnectAs("u2", ("c", Rights.Presence)).Send(Join);
        other.Drop();

        var again = _node.Accept().HelloAgainAs(other, _node.Tokens!.Issue("u2", TimeSpan.FromHours(1), ("c", Rights.Subscribe)));

        Assert.Equal([_first.Welcome.Session.Id], _sees.Look(_first).Sessions);
        Assert.NotNull(new PresenceSeen("c").Look(again).EndedBecause);
    }

    [Fact]
    public void A_token_that_runs_out_leaves_the_grace_time_for_the_next()
    {
        var short1 = _node.Tokens!.Issue("u2", TimeSpan.FromSeconds(20), ("c", Rights.Presence));
        var other = _node.Accept().HelloWith(short1).Send(Join);
        var departures = _sees.Look(_first).Departures;

        while (other.ClosedWith is null)
            _node.World.Advance(TimeSpan.FromSeconds(1));

        var again = _node.Accept().HelloAgainAs(other, _node.Tokens.Issue("u2", TimeSpan.FromHours(1), ("c", Rights.Presence)));
        _node.World.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(CloseCode.TokenExpired, other.ClosedWith);
        Assert.Contains(again.Welcome.Session.Id, _sees.Look(_first).Sessions);
        Assert.Equal(departures, _sees.Departures);
    }
}
