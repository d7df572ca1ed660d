using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Tests.Harness;

namespace RealTimeActors.Engine.Tests.Access;

/// <summary>Whether single requests find out who was put out while the node that knows it is away.</summary>
public sealed class RequestJudgeTests
{
    private readonly TestCluster _cluster = new(asksForTokens: true);
    private readonly List<AuthenticationReply> _replies = [];

    public RequestJudgeTests() => _cluster["edge-1"].Engine.StartRequestJudge();

    [Fact]
    public void While_the_node_that_has_the_users_stands_still_requests_are_judged_by_the_journal()
    {
        var (good, revoked) = (Issue("u1"), Issue("mallory"));
        PutOut("mallory");
        var owner = _cluster.OwnerOf("users");
        var edge = _cluster["edge-1"].Engine;

        _cluster.Pause(owner);
        Ask(edge.RequestAuthenticator!, good, "good");
        Ask(edge.RequestAuthenticator!, revoked, "revoked");
        Ask(edge.Authenticator!, good, "connection");
        _cluster.Advance(0.5);

        Assert.Equal(["good", "revoked"], _replies.Select(reply => reply.Tag).Order());
        Assert.Equal("u1", Assert.IsType<AuthenticationReply.Accepted>(Of("good")).Identity.User);
        Assert.True(Assert.IsType<AuthenticationReply.Rejected>(Of("revoked")).IsRevoked);

        // And again, by what the journal holds then.
        Ask(edge.RequestAuthenticator!, good, "again");
        _cluster.Advance(0.5);
        Assert.IsType<AuthenticationReply.Accepted>(Of("again"));
    }

    [Fact]
    public void A_node_that_does_not_hear_of_it_lets_nobody_in_who_was_put_out()
    {
        var old = Issue("mallory");
        _cluster.Settle();
        var (edge, owner) = ($"{_cluster.Database.MemberOf("edge-1")}", $"{_cluster.Database.MemberOf(_cluster.OwnerOf("users"))}");
        Ask(_cluster["edge-1"].Engine.RequestAuthenticator!, old, "before");
        _cluster.Settle();
        Assert.IsType<AuthenticationReply.Accepted>(Of("before"));

        // What the edge says gets there, and what it is told does not come back.
        _cluster.Network.Block(owner, edge);
        _cluster[_cluster.OwnerOf("users")].Engine.Users.Tell(new UserCommand.Disconnect("mallory", Revokes: true, StaysAway: false, null, _cluster.Into(_cluster.OwnerOf("users"), new List<UserReply>())));
        _cluster.Advance(0.1);
        Ask(_cluster["edge-1"].Engine.RequestAuthenticator!, old, "after");
        _cluster.Advance(0.5);

        Assert.True(Assert.IsType<AuthenticationReply.Rejected>(Of("after")).IsRevoked);
    }

    [Fact]
    public void Who_is_there_answers_at_once_and_each_request_is_answered_once()
    {
        var good = Issue("u1");
        _cluster.Settle();

        for (var i = 0; i < 20; i++)
            Ask(_cluster["edge-1"].Engine.RequestAuthenticator!, good, $"{i}");

        _cluster.Advance(0.1);
        Assert.Equal(20, _replies.OfType<AuthenticationReply.Accepted>().Count());
        _cluster.Advance(15);
        Assert.Equal(20, _replies.Count);
    }

    [Fact]
    public void Where_the_journal_cannot_be_read_either_a_request_is_told_so()
    {
        var good = Issue("u1");
        _cluster.Settle();
        foreach (var core in (string[])["core-1", "core-2", "core-3"])
            _cluster.Crash(core);

        _cluster.DiskOf("edge-1").ReadFailureChance = 1;
        Ask(_cluster["edge-1"].Engine.RequestAuthenticator!, good, "asked");
        _cluster.Advance(9);
        Assert.Empty(_replies);

        _cluster.Advance(2);
        Assert.IsType<AuthenticationReply.Unavailable>(Of("asked"));
        _cluster.DiskOf("edge-1").Heal();
        Ask(_cluster["edge-1"].Engine.RequestAuthenticator!, good, "again");
        _cluster.Advance(1);
        Assert.IsType<AuthenticationReply.Accepted>(Of("again"));
    }

    private string Issue(string user) => _cluster.Tokens!.Issue(user, TimeSpan.FromHours(1));

    private void PutOut(string user)
    {
        _cluster.Advance(1);
        var replies = new List<UserReply>();
        _cluster["edge-2"].Engine.Users.Tell(new UserCommand.Disconnect(user, Revokes: true, StaysAway: false, null, _cluster.Into("edge-2", replies)));
        _cluster.Settle();
        Assert.IsType<UserReply.Disconnected>(Assert.Single(replies));
    }

    private void Ask(IAuthenticator authenticator, string token, string tag) => authenticator.Authenticate(token, tag, _cluster.Into("edge-1", _replies));

    private AuthenticationReply Of(string tag) => Assert.Single(_replies, reply => (string)reply.Tag! == tag);
}
