using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Access;

public sealed class HelloTests
{
    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);
    private readonly TestNode _node = new(asksForTokens: true);

    [Fact]
    public void A_hello_without_a_token_is_asked_for_one()
    {
        var client = _node.Accept().Send("""{"id":1,"hello":{}}""");

        Assert.Equal(CloseCode.TokenNeeded, client.Take<ServerFrame.Close>().Code);
        Assert.Equal(CloseCode.TokenNeeded, client.ClosedWith);
    }

    [Fact]
    public void A_token_that_is_not_good_is_refused_and_not_repeated_in_the_answer()
    {
        var client = _node.Accept().Send("""{"id":1,"hello":{"token":"made-up"}}""");

        var close = client.Take<ServerFrame.Close>();
        Assert.Equal((CloseCode.TokenNeeded, "the token was not issued here"), (close.Code, close.Reason));
        Assert.DoesNotContain("made-up", client.ClosedBecause, StringComparison.Ordinal);
    }

    [Fact]
    public void An_expired_token_is_told_to_be_expired()
    {
        var token = _node.Tokens!.Issue("u1", TimeSpan.FromSeconds(1));
        _node.World.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(CloseCode.TokenExpired, _node.Accept().Send(Hello(token)).ClosedWith);
    }

    [Fact]
    public void A_token_that_cannot_be_checked_just_now_may_be_tried_again()
    {
        _node.Tokens!.CanTell = () => false;

        var client = _node.Accept().Send(Hello(_node.Tokens.Issue("u1", _hour)));

        Assert.Equal((CloseCode.TryAgain, 1_000), client.Take<ServerFrame.Close>() is var close ? (close.Code, close.AfterMs) : default);
    }

    [Fact]
    public void A_token_that_is_not_answered_for_ends_the_hello_in_time_whatever_else_comes()
    {
        _node.Tokens!.IsSilent = true;
        var client = _node.Accept().Send(Hello(_node.Tokens.Issue("u1", _hour)));

        for (var second = 0; second < 7 && client.ClosedWith is null; second++)
        {
            client.Send("""{"ping":{}}""");
            _node.World.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(CloseCode.TryAgain, client.ClosedWith);
    }

    [Fact]
    public void Frames_that_come_while_the_token_is_checked_are_handled_after_the_welcome()
    {
        _node.Tokens!.Takes = () => TimeSpan.FromSeconds(2);
        var client = _node.Accept().Send(Hello(_node.Tokens.Issue("u1", _hour, ("a", Rights.Publish))));
        client.Send("""{"id":2,"publish":{"channel":"a","type":"t","data":1}}""");
        Assert.Empty(client.Frames);

        _node.World.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(1, client.Take<ServerFrame.Welcome>().Id);
        Assert.Equal(2, client.Take<ServerFrame.Receipt>().Id);
    }

    [Fact]
    public void Whom_the_handshake_has_found_out_needs_no_token_in_the_hello()
    {
        var identity = _node.Tokens!.IdentityOf(_node.Tokens.Issue("u1", _hour, ("a", Rights.Publish)));

        var client = _node.Accept(identity: identity).Hello().Send("""{"id":2,"publish":{"channel":"a","type":"t","data":1}}""");

        Assert.Equal(2, client.Take<ServerFrame.Receipt>().Id);
    }

    [Fact]
    public void The_token_of_the_hello_counts_before_that_of_the_handshake_if_it_is_the_same_users()
    {
        var tokens = _node.Tokens!;
        var handshake = tokens.IdentityOf(tokens.Issue("u1", _hour, ("a", Rights.Subscribe)));

        var same = _node.Accept(identity: handshake).HelloWith(tokens.Issue("u1", _hour, ("a", Rights.Publish)));
        var other = _node.Accept(identity: handshake).Send(Hello(tokens.Issue("u2", _hour, ("a", Rights.Publish))));

        same.Send("""{"id":2,"publish":{"channel":"a","type":"t","data":1}}""");
        Assert.Equal(2, same.Take<ServerFrame.Receipt>().Id);
        Assert.Equal(CloseCode.TokenNeeded, other.ClosedWith);
    }

    [Fact]
    public void A_user_with_an_endless_name_is_not_let_in()
    {
        Assert.Equal(CloseCode.TokenNeeded, _node.Accept().Send(Hello(_node.Tokens!.Issue(new string('u', 257), _hour))).ClosedWith);
    }

    [Fact]
    public void Somebody_who_only_pings_does_not_keep_a_connection_without_a_hello()
    {
        var client = _node.Accept();

        for (var second = 0; second < 7 && client.ClosedWith is null; second++)
        {
            client.SendTransportPing();
            _node.World.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(CloseCode.HelloExpected, client.ClosedWith);
    }

    private static string Hello(string token) => $$$"""{"id":1,"hello":{"token":"{{{token}}}"}}""";
}
