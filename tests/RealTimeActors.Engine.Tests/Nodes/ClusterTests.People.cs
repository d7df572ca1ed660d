using RealTimeActors.Actors;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Inspection;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Nodes;

/// <content>Who is there, who is put out, and what a node is asked.</content>
public sealed partial class ClusterTests
{
    [Fact]
    public void Who_is_there_is_known_on_every_node_and_stays_so_when_the_shard_moves()
    {
        var one = _cluster.Connect("edge-1").Send("""{"id":2,"presence":{"channel":"room","state":{"n":1}}}""");
        var other = _cluster.Connect("edge-2").Send("""{"id":2,"presence":{"channel":"room","state":{"n":2}}}""");
        _cluster.Advance(2);
        Assert.Contains(one.Frames.OfType<ServerFrame.PresenceDiff>(), diff => diff.Joined.Any(member => member.Session == other.Welcome.Session.Id));
        one.Forget();

        _cluster.Move("room", _cluster.OwnerOf("room") == "core-1" ? "core-2" : "core-1");
        _cluster.Advance(15);

        Assert.DoesNotContain(one.Frames.OfType<ServerFrame.PresenceDiff>(), diff => diff.Left.Count > 0);
        one.Send("""{"id":5,"read":{"channel":"room","what":"presence"}}""");
        Assert.Equal(2, one.Take<ServerFrame.Page>().Count);
    }

    [Fact]
    public void Who_is_there_stays_there_although_an_earlier_connection_at_another_node_is_heard_last()
    {
        var room = ChannelName.Parse("room");
        var client = _cluster.Connect("edge-1").Send("""{"id":2,"presence":{"channel":"room","state":{"n":1}}}""");
        var (session, edge) = (client.Welcome.Session.Id, _cluster.Into("edge-2", new List<PresenceReply>()));

        _cluster["edge-2"].Engine.Presence.Tell(new PresenceCommand.Set(room, new Member(session, null, default), new PresenceHolder("earlier", edge), null));
        _cluster["edge-2"].Engine.Presence.Tell(new PresenceCommand.Leave(room, session, "earlier"));
        _cluster.Advance(20);

        client.Send("""{"id":5,"read":{"channel":"room","what":"presence"}}""");
        Assert.Equal(1, client.Take<ServerFrame.Page>().Count);
    }

    [Fact]
    public void An_edge_s_word_that_nobody_looks_on_there_does_not_count_when_it_comes_after_a_later_one()
    {
        var room = ChannelName.Parse("room");
        var told = new List<PresenceReply>();
        var edge = _cluster.Into("edge-2", told);
        _cluster["edge-2"].Engine.Presence.Tell(new PresenceCommand.Follow(room, edge, 1));
        _cluster.Settle();

        // Said when nobody had the channel's shard, and given up after somebody began to look on again.
        _cluster["edge-2"].Engine.Undelivered(new PresenceCommand.Unfollow(room, edge, 2), "no node has its shard", mayBeDone: false);
        _cluster.Settle();
        _cluster.Connect("edge-1").Send("""{"id":2,"presence":{"channel":"room","state":{"n":1}}}""");
        _cluster.Advance(2);

        Assert.Single(told.OfType<PresenceReply.Changed>());
    }

    [Fact]
    public void An_edge_s_word_that_nobody_looks_on_there_does_not_count_when_it_was_said_before_one_that_came_earlier()
    {
        var room = ChannelName.Parse("room");
        var told = new List<PresenceReply>();
        var edge = _cluster.Into("edge-2", told);
        _cluster["edge-2"].Engine.Presence.Tell(new PresenceCommand.Follow(room, edge, 2));
        _cluster["edge-2"].Engine.Presence.Tell(new PresenceCommand.Unfollow(room, edge, 1));
        _cluster.Settle();
        _cluster.Connect("edge-1").Send("""{"id":2,"presence":{"channel":"room","state":{"n":1}}}""");
        _cluster.Advance(2);

        Assert.Single(told.OfType<PresenceReply.Changed>());
    }

    [Fact]
    public void Who_is_there_is_told_to_an_actor_that_does_not_name_him_where_the_one_before_it_took_that_word_along()
    {
        var room = ChannelName.Parse("room");
        var client = _cluster.Connect("edge-1").Send("""{"id":2,"presence":{"channel":"room","state":{"n":1}}}""");
        _cluster.Advance(2);

        // The next actor is told who is there, and ends before it says anything; the one after it hears from the edge only what that had asked the first one.
        var edges = _cluster["edge-1"].Engine.WellKnown.Where(known => known.IsWatched).Select(known => (IActorRef<object>)known.Ref);
        FailPresence(room);
        FailPresence(room);
        foreach (var edge in edges)
            _cluster["edge-1"].Engine.Presence.Tell(new PresenceCommand.Follow(room, edge, 1));

        _cluster.Advance(20);

        client.Send("""{"id":5,"read":{"channel":"room","what":"presence"}}""");
        Assert.Equal(1, client.Take<ServerFrame.Page>().Count);
    }

    [Fact]
    public void Who_says_that_he_is_there_is_there_although_the_answer_is_lost_on_its_way()
    {
        var client = _cluster.Connect("edge-1");
        var (edge, owner) = ($"{_cluster.Database.MemberOf("edge-1")}", $"{_cluster.Database.MemberOf(_cluster.OwnerOf("room"))}");
        _cluster.Network.Block(edge, owner);
        client.Send("""{"id":5,"presence":{"channel":"room","state":1}}""").Send("""{"id":6,"presence":{"channel":"room","state":2}}""");

        _cluster.Network.Cut(edge, owner);
        _cluster.Network.Unblock(edge, owner);
        _cluster.Advance(3);

        Assert.Equal([5L, 6L], client.Frames.OfType<ServerFrame.Ok>().Select(ok => ok.Id).Order());
        var witness = _cluster.Connect("edge-2").Send("""{"id":2,"read":{"channel":"room","what":"presence"}}""");
        Assert.Equal("2", System.Text.Encoding.UTF8.GetString(Assert.Single(witness.Take<ServerFrame.Page>().Members).State.Span));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Whoever_says_something_at_the_moment_at_which_his_node_dies_is_not_shown_for_ever(ulong seed)
    {
        var cluster = new TestCluster(seed: seed);
        var witness = cluster.Connect("edge-1").Send("""{"id":2,"presence":{"channel":"room","state":{"n":1}}}""");
        var lost = cluster.Connect("edge-2").Send("""{"id":2,"presence":{"channel":"room","state":{"n":1}}}""");
        var owner = cluster.OwnerOf("room");
        cluster.Pause(owner);
        lost.Send("""{"id":3,"presence":{"channel":"room","state":{"n":2}}}""");
        cluster.Crash("edge-2");
        cluster.Advance(0.1);
        cluster.GoOn(owner);
        cluster.Advance(20);

        witness.Send("""{"id":5,"read":{"channel":"room","what":"presence"}}""");

        Assert.Equal(1, witness.Take<ServerFrame.Page>().Count);
    }

    [Fact]
    public void Who_is_put_out_is_put_out_on_every_node()
    {
        var cluster = new TestCluster(new EngineOptions { Access = AccessRules.Closed }, asksForTokens: true);
        var clients = new[] { "edge-1", "edge-2", "core-1" }.Select(node => cluster.ConnectAs(node, "mallory", ("a.>", Rights.Subscribe))).ToArray();
        var replies = new List<UserReply>();

        cluster["edge-2"].Engine.Users.Tell(new UserCommand.Disconnect("mallory", Revokes: true, StaysAway: false, null, cluster.Into("edge-2", replies)));
        cluster.Settle();

        Assert.Equal(3, Assert.IsType<UserReply.Disconnected>(Assert.Single(replies)).Connections);
        Assert.All(clients, client => Assert.Equal(CloseCode.TokenRevoked, client.ClosedWith));
    }

    [Fact]
    public void While_a_node_cannot_be_reached_nobody_is_told_that_a_user_is_put_out_everywhere()
    {
        var cluster = new TestCluster(new EngineOptions { Access = AccessRules.Closed }, asksForTokens: true);
        var client = cluster.ConnectAs("edge-1", "mallory", ("a.>", Rights.Subscribe));
        var (edge, owner) = ($"{cluster.Database.MemberOf("edge-1")}", $"{cluster.Database.MemberOf(cluster.OwnerOf("users"))}");
        var replies = new List<UserReply>();
        cluster.Network.Block(edge, owner);
        cluster.Network.Block(owner, edge);
        cluster.Advance(2);

        cluster["edge-2"].Engine.Users.Tell(new UserCommand.Disconnect("mallory", Revokes: true, StaysAway: false, null, cluster.Into("edge-2", replies)));
        cluster.Settle();
        Assert.Equal(ErrorCode.Timeout, Assert.IsType<UserReply.Refused>(Assert.Single(replies)).Code);

        cluster.Network.Unblock(edge, owner);
        cluster.Network.Unblock(owner, edge);
        cluster.Advance(3);
        cluster["edge-2"].Engine.Users.Tell(new UserCommand.Disconnect("mallory", Revokes: true, StaysAway: false, null, cluster.Into("edge-2", replies)));
        cluster.Settle();
        Assert.Equal(1, Assert.IsType<UserReply.Disconnected>(replies[^1]).Connections);
        Assert.Equal(CloseCode.TokenRevoked, client.ClosedWith);
    }

    [Fact]
    public void Nobody_is_told_that_a_user_is_put_out_everywhere_while_a_node_that_was_declared_dead_may_not_know_it()
    {
        var cluster = new TestCluster(new EngineOptions { Access = AccessRules.Closed }, asksForTokens: true);
        var client = cluster.ConnectAs("edge-1", "mallory", ("a.>", Rights.Subscribe));
        var replies = new List<UserReply>();
        cluster.Pause("edge-1");
        cluster.Advance(3.2);
        Assert.Null(cluster.Database.MemberOf("edge-1"));

        cluster["edge-2"].Engine.Users.Tell(new UserCommand.Disconnect("mallory", Revokes: false, StaysAway: false, null, cluster.Into("edge-2", replies)));
        cluster.Settle();
        Assert.Null(client.ClosedWith);
        Assert.Empty(replies);

        cluster.GoOn("edge-1");
        cluster.Advance(3);
        Assert.Equal(0, Assert.IsType<UserReply.Disconnected>(Assert.Single(replies)).Connections);
    }

    [Fact]
    public void Who_has_just_joined_does_not_say_that_a_user_is_put_out_everywhere_before_whoever_went_out_earlier_knows_it()
    {
        var cluster = new TestCluster(new EngineOptions { Access = AccessRules.Closed }, asksForTokens: true);
        var replies = new List<UserReply>();
        cluster.Start("core-4");
        cluster.Advance(1);
        if (cluster.OwnerOf("users") != "core-4")
            cluster.Move("users", "core-4");

        cluster["edge-2"].Engine.Users.Tell(new UserCommand.Disconnect("mallory", Revokes: true, StaysAway: false, null, cluster.Into("edge-2", replies)));
        cluster.Advance(1);
        Assert.Empty(replies);

        cluster.Advance(1);
        Assert.IsType<UserReply.Disconnected>(Assert.Single(replies));
    }

    [Fact]
    public void The_users_are_handed_over_although_an_edge_s_word_that_somebody_was_put_out_was_lost()
    {
        var cluster = new TestCluster(new EngineOptions { Access = AccessRules.Closed }, asksForTokens: true);
        var client = cluster.ConnectAs("edge-1", "mallory", ("a.>", Rights.Subscribe));
        var owner = cluster.OwnerOf("users");
        var (edge, here) = ($"{cluster.Database.MemberOf("edge-1")}", $"{cluster.Database.MemberOf(owner)}");
        var replies = new List<UserReply>();
        cluster.Network.Block(edge, here);
        cluster["edge-2"].Engine.Users.Tell(new UserCommand.Disconnect("mallory", Revokes: true, StaysAway: false, null, cluster.Into("edge-2", replies)));
        cluster.Settle();
        cluster.Network.Cut(edge, here);
        cluster.Network.Unblock(edge, here);
        cluster.Advance(3);
        Assert.Equal(CloseCode.TokenRevoked, client.ClosedWith);
        Assert.Empty(replies);

        var to = owner == "core-1" ? "core-2" : "core-1";
        cluster[owner].Place.Tell(new Sharding.Cluster.ClusterOrder.Move(Sharding.ShardMap.ShardOf("users", cluster.Options.Shards), to));
        cluster.Advance(0.5);

        Assert.Equal(to, cluster.OwnerOf("users"));
        Assert.Equal(ErrorCode.Timeout, Assert.IsType<UserReply.Refused>(Assert.Single(replies)).Code);
        Assert.NotNull(cluster.ConnectAs("edge-1", "alice", ("a.>", Rights.Subscribe)).Welcome);
    }

    [Fact]
    public void Who_asks_who_is_there_is_answered_although_the_answer_is_lost_on_its_way()
    {
        var client = _cluster.Connect("edge-1");
        var (edge, owner) = ($"{_cluster.Database.MemberOf("edge-1")}", $"{_cluster.Database.MemberOf(_cluster.OwnerOf("room"))}");
        _cluster.Network.Block(owner, edge);
        client.Send("""{"id":5,"read":{"channel":"room","what":"presence"}}""");
        Assert.DoesNotContain(client.Frames, frame => frame.Id == 5);

        _cluster.Network.Cut(edge, owner);
        _cluster.Network.Unblock(owner, edge);
        _cluster.Advance(2);

        Assert.Equal((5L, ErrorCode.Overloaded), client.Take<ServerFrame.Error>() is var error ? (error.Id, error.Code) : default);
    }

    [Fact]
    public void A_question_about_the_node_is_about_all_of_them()
    {
        var clients = new[] { "edge-1", "edge-2", "core-1" }.Select(node => _cluster.Connect(node).Send("""{"id":2,"subscribe":{"channel":"a.b"}}""")).ToArray();
        var replies = new List<InspectionReply>();

        _cluster["core-2"].Engine.Inspector.Tell(new InspectionCommand.ShowNode(_cluster.Into("core-2", replies)));
        _cluster["edge-2"].Engine.Inspector.Tell(new InspectionCommand.ShowChannel(ChannelName.Parse("a.b"), _cluster.Into("edge-2", replies)));
        _cluster.Settle();

        Assert.Contains(new InspectionReply.Node(clients.Length, clients.Length, 1), replies);
        Assert.Equal(3, Assert.Single(replies.OfType<InspectionReply.Channels>()).Items[0].Subscribers);
    }

    /// <summary>A word about nobody ends the actor; a moment later those who are linked know it.</summary>
    private void FailPresence(ChannelName channel)
    {
        _cluster[_cluster.OwnerOf(channel.Value)].Engine.Presence.Tell(new PresenceCommand.Set(channel, null!, new PresenceHolder("none", null!), null));
        _cluster.World.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Single(_cluster.Faults);
        _cluster.Faults.Clear();
    }

    [Fact]
    public void A_token_that_expires_before_the_one_who_knows_of_revocations_has_answered_is_not_taken()
    {
        var cluster = new TestCluster(asksForTokens: true);
        var client = cluster.ConnectAs("edge-1", "u1");
        string[] cores = ["core-1", "core-2", "core-3"];
        foreach (var core in cores)
            cluster.Pause(core);

        client.Send($$$"""{"id":2,"refresh":{"token":"{{{cluster.Tokens!.Issue("u1", TimeSpan.FromMilliseconds(300))}}}"}}""");
        cluster.Advance(0.5);
        foreach (var core in cores)
            cluster.GoOn(core);

        cluster.Advance(1);
        Assert.Equal((2L, ErrorCode.Expired), client.Take<ServerFrame.Error>() is var error ? (error.Id, error.Code) : default);
        Assert.Null(client.ClosedWith);
    }
}
