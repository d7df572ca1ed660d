using RealTimeActors.Actors;
using RealTimeActors.Engine.Inspection;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Persistence.EventSourcing;

namespace RealTimeActors.Engine.Tests.Sessions;

/// <summary>How long a session is kept where nobody heard of the end of its connection: its time begins when it is known that nobody has it.</summary>
public sealed class SessionExpiryTests
{
    private static readonly EngineOptions _options = new() { SessionExpiry = TimeSpan.FromHours(1), SessionSweepEvery = TimeSpan.FromMinutes(10), Heartbeat = TimeSpan.FromDays(1) };
    private readonly TestNode _node = new(_options);

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void Who_was_connected_for_longer_than_sessions_are_kept_comes_back_after_a_crash(int awayForMinutes)
    {
        var client = FollowFor(TimeSpan.FromHours(3));

        _node.CrashAndRestart();
        _node.World.Advance(TimeSpan.FromMinutes(awayForMinutes));

        Assert.True(_node.Accept().HelloAgainAs(client).Welcome.Session.Resumed);
    }

    [Fact]
    public void Where_nobody_comes_back_after_a_crash_it_is_forgotten_all_the_same()
    {
        var client = FollowFor(TimeSpan.FromHours(3));

        _node.CrashAndRestart();
        _node.World.Advance(TimeSpan.FromMinutes(85));

        Assert.Equal(0, Stored(_node, client));
    }

    [Fact]
    public void Who_looks_at_it_before_it_is_missed_is_not_shown_that_its_time_is_over()
    {
        var client = FollowFor(TimeSpan.FromHours(3));
        _node.CrashAndRestart();
        var answers = new List<InspectionReply>();

        _node.Engine.Inspector.Tell(new InspectionCommand.ShowSession(client.Welcome.Session.Id, _node.Into(answers)));
        _node.Settle();

        var shown = Assert.Single(Assert.IsType<InspectionReply.Sessions>(Assert.Single(answers)).Items);
        var left = DateTimeOffset.FromUnixTimeMilliseconds(shown.ExpiresUnixMs!.Value) - _node.World.Time.GetUtcNow();
        Assert.InRange(left, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(60));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10_000)]
    public void A_crash_gives_no_more_time_to_who_is_known_to_be_away(int snapshotEvery)
    {
        var node = new TestNode(_options with { EventSourcing = EventSourcingOptions.Default with { SnapshotEvery = snapshotEvery } });
        var client = Follow(node);
        client.Drop();
        node.World.Advance(TimeSpan.FromMinutes(30));

        node.CrashAndRestart();
        node.World.Advance(TimeSpan.FromMinutes(45));

        Assert.Equal(0, Stored(node, client));
    }

    [Fact]
    public void The_end_of_a_connection_that_the_session_had_not_heard_of_yet_is_the_beginning_of_its_time()
    {
        var client = FollowFor(TimeSpan.FromMinutes(30));
        _node.CrashAndRestart();
        var known = _node.Engine.WellKnown.ToDictionary(actor => actor.Name, StringComparer.Ordinal);

        known["sessions"].Tell(new SessionCommand.Detach(client.Welcome.Session.Id, new ConnectionRef("c-gone", (IActorRef<SessionReply>)known["edge-0"].Ref)));
        _node.World.Advance(TimeSpan.FromMinutes(75));

        Assert.Equal(0, Stored(_node, client));
    }

    [Fact]
    public void Who_was_taken_for_away_while_a_link_was_broken_is_not_any_more_when_it_is_there_again()
    {
        var cluster = new TestCluster(_options with { SessionExpiry = TimeSpan.FromSeconds(20) });
        var client = cluster.Connect("edge-1").Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var owner = cluster.OwnerOf(client.Welcome.Session.Id);
        cluster.Network.Cut($"{cluster.Database.MemberOf("edge-1")}", $"{cluster.Database.MemberOf(owner)}");
        cluster.Advance(30);

        cluster.Crash("edge-1");
        cluster.Crash(owner);
        cluster.Advance(5);

        Assert.True(cluster.Accept("edge-2").HelloAgainAs(client).Welcome.Session.Resumed);
    }

    private static TestClient Follow(TestNode node) => node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");

    private static long Stored(TestNode node, TestClient client) => node.Load($"session/{client.Welcome.Session.Id}").Last;

    private TestClient FollowFor(TimeSpan time)
    {
        var client = Follow(_node);
        _node.World.Advance(time);
        return client;
    }
}
