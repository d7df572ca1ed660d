using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Inspection;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Engine.Tests.Inspection;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Presence;

public sealed class PresenceTests
{
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(10);

    private readonly TestNode _node = new(new EngineOptions { Edges = 3, Heartbeat = TimeSpan.FromHours(1) });

    [Fact]
    public void Who_joins_is_answered_and_sees_himself_and_all_others_see_him()
    {
        var (first, firstSees) = Present("first", """{"n":1}""");

        var second = _node.Connect().Send("""{"id":2,"presence":{"channel":"c","state":{"n":2}}}""");
        Assert.Equal(2, second.Take<ServerFrame.Ok>().Id);
        var secondSees = new PresenceSeen("c").Look(second);

        Assert.Equal(Ids(first, second), secondSees.Sessions);
        Assert.Equal(Ids(first, second), firstSees.Look(first).Sessions);
        Assert.Equal("""{"n":2}""", firstSees.StateOf(second));
        Assert.Equal(2, firstSees.Count);
    }

    [Fact]
    public void A_later_frame_replaces_the_state()
    {
        var (first, sees) = Present("first");
        var (second, _) = Present("second");

        second.Send("""{"id":3,"presence":{"channel":"c","state":[1,2]}}""");

        Assert.Equal("[1,2]", sees.Look(first).StateOf(second));
    }

    [Theory]
    [InlineData("""{"id":5,"bye":{}}""")]
    [InlineData("""{"id":5,"bye":{"keepSession":false}}""")]
    [InlineData("""{"id":5,"unsubscribe":{"channel":"c"}}""")]
    [InlineData("""{"id":5,"presence":{"channel":"c","leave":true}}""")]
    public void Who_leaves_is_gone_at_once(string leave)
    {
        var (first, sees) = Present("first");
        var (second, _) = Present("second");

        second.Send(leave);

        Assert.Equal(Ids(first), sees.Look(first).Sessions);
        Assert.Equal(1, sees.Count);
    }

    [Fact]
    public void Who_crashes_is_there_for_the_grace_time_and_then_gone()
    {
        var (first, sees) = Present("first");
        var (second, _) = Present("second");

        second.Drop();
        _node.World.Advance(_grace - TimeSpan.FromSeconds(1));
        Assert.Equal(Ids(first, second), sees.Look(first).Sessions);
        _node.World.Advance(TimeSpan.FromSeconds(1.5));

        Assert.Equal(Ids(first), sees.Look(first).Sessions);
        Assert.Equal(1, sees.Departures);
    }

    [Fact]
    public void Who_comes_back_within_the_grace_time_was_never_gone_and_need_not_say_so()
    {
        var (first, sees) = Present("first");
        var (second, _) = Present("second", """{"n":2}""");
        sees.Look(first);
        var joins = sees.Joins;

        second.Drop();
        _node.World.Advance(_grace / 2);
        var again = _node.Accept().HelloAgainAs(second);
        _node.World.Advance(3 * _grace);

        Assert.Equal(Ids(first, again), sees.Look(first).Sessions);
        Assert.Equal("""{"n":2}""", sees.StateOf(again));
        Assert.Equal((joins, 0), (sees.Joins, sees.Departures));
        Assert.Equal(Ids(first, again), new PresenceSeen("c").Look(again).Sessions);
    }

    [Fact]
    public void A_take_over_while_the_old_connection_still_stands_changes_nothing_for_others()
    {
        var (first, sees) = Present("first");
        var (second, _) = Present("second", """{"n":2}""");
        var joins = sees.Look(first).Joins;

        var again = _node.Accept().HelloAgainAs(second);
        _node.World.Advance(3 * _grace);

        Assert.Equal(CloseCode.TakenOver, second.ClosedWith);
        Assert.Equal(Ids(first, again), sees.Look(first).Sessions);
        Assert.Equal((joins, 0), (sees.Joins, sees.Departures));
        again.Send("""{"id":3,"presence":{"channel":"c","leave":true}}""");
        Assert.Equal(Ids(first), sees.Look(first).Sessions);
    }

    [Fact]
    public void What_is_left_right_after_a_take_over_stays_left()
    {
        var (first, sees) = Present("first");
        var (second, _) = Present("second");

        _node.Accept().Send(
            $$$$"""
            {"id":1,"hello":{"session":{"id":"{{{{second.Welcome.Session.Id}}}}","key":"{{{{second.Welcome.Session.Key}}}}"}}}
            {"id":2,"presence":{"channel":"c","leave":true}}
            """);
        _node.World.Advance(3 * _grace);

        Assert.Equal(Ids(first), sees.Look(first).Sessions);
    }

    [Fact]
    public void Who_looks_on_sees_everybody_after_the_subscription_and_then_what_changes()
    {
        var (first, _) = Present("first");
        var watcher = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"c","presence":"members"}}""");
        watcher.Take<ServerFrame.Subscribed>();
        Assert.Equal(PresenceKind.Full, Assert.IsType<ServerFrame.PresenceDiff>(Assert.Single(watcher.Frames)).Kind);
        var sees = new PresenceSeen("c").Look(watcher);
        Assert.Equal(Ids(first), sees.Sessions);

        var (second, _) = Present("second");

        Assert.Equal(Ids(first, second), sees.Look(watcher).Sessions);
        Assert.Equal(2, sees.Count);
    }

    [Fact]
    public void Who_wants_the_number_alone_gets_it_once_a_second_at_most()
    {
        var watcher = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"c","presence":"count"}}""");
        var sees = new PresenceSeen("c").Look(watcher);
        Assert.Equal((1, 0L, false), (sees.Frames, sees.Count, sees.IsListed));

        var frames = sees.Frames;
        for (var i = 0; i < 8; i++)
            Present($"p{i}");

        _node.World.Advance(TimeSpan.FromSeconds(2));
        sees.Look(watcher);
        Assert.Equal(8, sees.Count);
        Assert.InRange(sees.Frames - frames, 1, 10);
        Assert.False(sees.IsListed);
    }

    [Fact]
    public void The_interest_is_kept_by_the_session_and_begins_anew_on_the_next_connection()
    {
        var (first, _) = Present("first");
        var watcher = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"c","presence":"members"}}""");
        watcher.Drop();

        var again = _node.Accept().HelloAgainAs(watcher);

        Assert.Equal(Ids(first), new PresenceSeen("c").Look(again).Sessions);
    }

    [Fact]
    public void The_interest_is_on_disk_with_the_subscription()
    {
        var watcher = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"c","presence":"members"}}""");

        _node.CrashAndRestart();
        var again = _node.Accept().HelloAgainAs(watcher);
        var (first, _) = Present("first");

        Assert.Equal(Ids(first), new PresenceSeen("c").Look(again).Sessions);
    }

    [Fact]
    public void Whoever_says_it_again_after_the_server_was_killed_is_there_again()
    {
        var (first, _) = Present("first");
        var (second, _) = Present("second");

        _node.CrashAndRestart();
        first = _node.Accept().HelloAgainAs(first);
        second = _node.Accept().HelloAgainAs(second);
        first.Send("""{"id":2,"presence":{"channel":"c","state":1}}""");
        second.Send("""{"id":2,"presence":{"channel":"c","state":1}}""");

        Assert.Equal(Ids(first, second), new PresenceSeen("c").Look(first).Sessions);
    }

    [Fact]
    public void A_reader_that_takes_nothing_is_told_the_outcome_when_it_reads_and_nothing_waits_for_it()
    {
        var watcher = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"c","presence":"members"}}""");
        var sees = new PresenceSeen("c").Look(watcher);
        watcher.StopReading();
        var clients = Enumerable.Range(0, 5).Select(i => Present($"p{i}").Client).ToArray();
        for (var round = 0; round < 20; round++)
        {
            foreach (var client in clients)
                client.Send($$$"""{"presence":{"channel":"c","state":{{{round}}}}}""", settles: false);

            _node.Settle();
        }

        clients[0].Send("""{"bye":{}}""");
        var frames = sees.Frames;
        watcher.ReadOn();
        sees.Look(watcher);

        Assert.Equal(Ids(clients[1..]), sees.Sessions);
        Assert.All(clients[1..], client => Assert.Equal("19", sees.StateOf(client)));
        Assert.InRange(sees.Frames - frames, 1, 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_loses_his_session_is_gone_with_it_connected_or_away(bool isAway)
    {
        var node = new TestNode(new EngineOptions { Heartbeat = TimeSpan.FromHours(1), Presence = new PresenceOptions { Grace = TimeSpan.FromHours(1) } });
        var first = node.Connect().Send("""{"id":2,"presence":{"channel":"c","state":1}}""");
        var second = node.Connect().Send("""{"id":2,"presence":{"channel":"c","state":1}}""");
        if (isAway)
            second.Drop();

        Assert.True(node.Ask<InspectionReply.Ended>(to => new InspectionCommand.EndSession(second.Welcome.Session.Id, to)).Existed);
        node.Settle();

        Assert.Equal(Ids(first), new PresenceSeen("c").Look(first).Sessions);
    }

    [Fact]
    public void Figures_say_how_many_are_there_and_what_it_costs()
    {
        using var figures = new MeterProbe();
        var node = new TestNode(meters: figures.Meters);
        var first = node.Connect().Send("""{"id":2,"presence":{"channel":"c","state":1}}""");
        var second = node.Connect().Send("""{"id":2,"presence":{"channel":"c","state":1}}""");
        Assert.Equal(2, figures["realtime.presence.members"]);

        second.Send("""{"id":3,"bye":{}}""");

        Assert.Equal((1L, 3L), (figures["realtime.presence.members"], figures["realtime.presence.changes"]));
        Assert.Equal(first.Frames.Concat(second.Frames).OfType<ServerFrame.PresenceDiff>().Count(), figures["realtime.presence.frames"]);
    }

    [Fact]
    public void Members_are_read_in_pages()
    {
        var clients = Enumerable.Range(0, 5).Select(i => Present($"p{i}").Client).ToArray();

        clients[0].Send("""{"id":5,"read":{"channel":"c","what":"presence","limit":3}}""");
        var first = clients[0].Take<ServerFrame.Page>();
        clients[0].Send($$$"""{"id":6,"read":{"channel":"c","what":"presence","limit":3,"afterKey":"{{{first.NextKey}}}"}}""");
        var second = clients[0].Take<ServerFrame.Page>();

        Assert.Equal((5L, 3), (first.Count, first.Members.Count));
        Assert.Null(second.NextKey);
        Assert.Equal(Ids(clients), first.Members.Concat(second.Members).Select(member => member.Session));
    }

    [Theory]
    [InlineData("ephemeral", false)]
    [InlineData("durable", true)]
    public void It_is_the_same_on_durable_and_ephemeral_channels_and_leaves_no_trace_in_either(string pattern, bool isDurable)
    {
        var node = new TestNode(TestNode.With(pattern, ChannelSettings.Default with { IsDurable = isDurable }));
        var client = node.Connect().Send($$$"""{"id":2,"subscribe":{"channel":"{{{pattern}}}"}}""");
        client.Send($$$"""{"id":3,"presence":{"channel":"{{{pattern}}}","state":1}}""");
        Assert.Equal(1, new PresenceSeen(pattern).Look(client).Count);

        client.Send($$$"""{"id":4,"publish":{"channel":"{{{pattern}}}","type":"t","data":1}}""");

        Assert.Equal(1, client.Take<ServerFrame.Receipt>().Offset);
    }

    [Theory]
    [InlineData("""{"id":7,"presence":{"channel":"$a","state":1}}""", ErrorCode.Forbidden)]
    [InlineData("""{"id":7,"presence":{"channel":"a..b","state":1}}""", ErrorCode.BadRequest)]
    [InlineData("""{"id":7,"subscribe":{"channel":"a.*","presence":"count"}}""", ErrorCode.NotEnabled)]
    [InlineData("""{"id":7,"presence":{"channel":"third","state":1}}""", ErrorCode.LimitExceeded)]
    [InlineData("""{"id":7,"presence":{"channel":"full","state":1}}""", ErrorCode.LimitExceeded)]
    public void What_cannot_be_is_answered_by_its_code(string frame, ErrorCode code)
    {
        var node = new TestNode(new EngineOptions { SubscriptionsMax = 2, Presence = new PresenceOptions { MembersMax = 1 } });
        node.Connect().Send("""{"id":2,"presence":{"channel":"full","state":1}}""");
        var client = node.Connect().Send("""{"id":2,"presence":{"channel":"one","state":1}}""");
        if (frame.Contains("third", StringComparison.Ordinal))
            client.Send("""{"id":2,"presence":{"channel":"two","state":1}}""");

        client.Send(frame);

        Assert.Equal((7L, code), client.Take<ServerFrame.Error>() is var error ? (error.Id, error.Code) : default);
    }

    [Fact]
    public void A_state_beyond_its_bound_is_refused_and_the_one_before_stays()
    {
        var (first, sees) = Present("first", "1");

        first.Send($$$"""{"id":7,"presence":{"channel":"c","state":"{{{new string('x', 4_096)}}}"}}""");

        Assert.Equal(ErrorCode.TooLarge, first.Take<ServerFrame.Error>().Code);
        Assert.Equal("1", sees.Look(first).StateOf(first));
    }

    [Fact]
    public void One_who_was_refused_hears_nothing_more_of_the_channel()
    {
        var node = new TestNode(new EngineOptions { Presence = new PresenceOptions { MembersMax = 2 } });
        var first = node.Connect().Send("""{"id":2,"presence":{"channel":"c","state":1}}""");
        node.Connect().Send("""{"id":2,"presence":{"channel":"c","state":1}}""");
        var third = node.Connect().Send("""{"id":2,"presence":{"channel":"c","state":1}}""");

        first.Send("""{"id":3,"presence":{"channel":"c","state":2}}""");

        Assert.Equal(ErrorCode.LimitExceeded, third.Take<ServerFrame.Error>().Code);
        Assert.Empty(third.Frames);
    }

    [Fact]
    public void Long_lists_come_in_frames_that_are_no_longer_than_others()
    {
        var state = $"\"{new string('x', 4_000)}\"";
        var clients = Enumerable.Range(0, 20).Select(i => Present($"p{i}", state).Client).ToArray();

        var watcher = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"c","presence":"members"}}""");

        Assert.InRange(watcher.Frames.OfType<ServerFrame.PresenceDiff>().Count(), 3, 6);
        Assert.All(watcher.Frames.OfType<ServerFrame.PresenceDiff>(), frame => Assert.InRange(frame.Joined.Count, 1, 8));
        Assert.Equal(Ids(clients), new PresenceSeen("c").Look(watcher).Sessions);
    }

    private (TestClient Client, PresenceSeen Sees) Present(string name, string state = "1")
    {
        var client = _node.Connect(hello: $"\"client\":\"{name}\"").Send($$$"""{"id":2,"presence":{"channel":"c","state":{{{state}}}}}""");
        return (client, new PresenceSeen("c").Look(client));
    }

    private static string[] Ids(params TestClient[] clients) => [.. clients.Select(client => client.Welcome.Session.Id).Order(StringComparer.Ordinal)];
}
