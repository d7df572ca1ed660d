using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Sessions;

public sealed class SessionTests
{
    private readonly TestNode _node = new();

    [Fact]
    public void An_unknown_session_is_answered_by_a_new_one_with_the_reason()
    {
        var client = _node.Connect(hello: """ "session":{"id":"s-nobody","key":"k"} """);

        Assert.Equal((false, "unknown"), (client.Welcome.Session.Resumed, client.Welcome.Session.Reason));
        Assert.NotEqual("s-nobody", client.Welcome.Session.Id);
    }

    [Fact]
    public void A_wrong_key_does_not_open_a_session()
    {
        var owner = Follow(_node);

        var thief = _node.Connect(hello: $$""" "session":{"id":"{{owner.Welcome.Session.Id}}","key":"guess"} """);

        Assert.False(thief.Welcome.Session.Resumed);
        Assert.Null(owner.ClosedWith);
    }

    [Fact]
    public void The_former_key_stays_good_until_the_new_one_was_used()
    {
        var first = Follow(_node);
        var second = Resume(_node, first);
        Assert.True(second.Welcome.Session.Resumed);

        var lostWelcome = Resume(_node, first);
        Assert.True(lostWelcome.Welcome.Session.Resumed);
        lostWelcome.Send("""{"ping":{}}""");

        Assert.False(Resume(_node, first).Welcome.Session.Resumed);
        Assert.True(Resume(_node, lostWelcome).Welcome.Session.Resumed);
    }

    [Theory]
    [InlineData(1, 10_000)]
    [InlineData(2, 10_000)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    public void Whoever_was_given_the_new_key_is_not_shut_out_by_somebody_with_the_former_one_whose_retirement_was_lost(int times, int snapshotEvery)
    {
        var node = new TestNode(new EngineOptions { EventSourcing = EventSourcingOptions.Default with { SnapshotEvery = snapshotEvery } });
        var former = Follow(node);
        var newest = Resume(node, former);
        for (var i = 0; i < times; i++)
            Assert.True(Resume(node, former).Welcome.Session.Resumed);

        node.CrashAndRestart();
        var back = Resume(node, newest);

        Assert.True(back.Welcome.Session.Resumed);
        back.Send("""{"ping":{}}""");
        Assert.False(Resume(node, former).Welcome.Session.Resumed);
        Assert.False(Resume(node, newest).Welcome.Session.Resumed);
        Assert.True(Resume(node, back).Welcome.Session.Resumed);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(1)]
    public void Of_two_who_show_the_former_key_by_turns_the_one_that_was_answered_is_not_shut_out(int snapshotEvery)
    {
        var node = new TestNode(new EngineOptions { EventSourcing = EventSourcingOptions.Default with { SnapshotEvery = snapshotEvery } });
        var former = Follow(node);
        Resume(node, former);
        var answered = Resume(node, former);
        for (var i = 0; i < 5; i++)
            Resume(node, former);

        node.CrashAndRestart();
        var back = Resume(node, answered);

        Assert.True(back.Welcome.Session.Resumed);
        back.Send("""{"ping":{}}""");
        Assert.False(Resume(node, former).Welcome.Session.Resumed);
        Assert.True(Resume(node, back).Welcome.Session.Resumed);
    }

    [Fact]
    public void Of_keys_that_nobody_used_only_so_many_stay_good()
    {
        var former = Follow(_node);
        TestClient[] given = [.. Enumerable.Range(0, 20).Select(_ => Resume(_node, former))];

        Assert.False(Resume(_node, given[12]).Welcome.Session.Resumed);
        Assert.True(Resume(_node, given[3]).Welcome.Session.Resumed);
    }

    [Fact]
    public void A_second_connection_takes_the_session_over_and_the_first_is_closed()
    {
        var first = Follow(_node);

        var second = Resume(_node, first);

        Assert.True(second.Welcome.Session.Resumed);
        Assert.Equal(CloseCode.TakenOver, first.ClosedWith);
        Assert.Equal(CloseCode.TakenOver, first.Take<ServerFrame.Close>().Code);
    }

    [Fact]
    public void An_ack_counts_for_the_next_resume_at_once()
    {
        var first = Follow(_node);
        Publish(5);
        first.Send("""{"ack":{"channel":"a","offset":3}}""", settles: false);
        _node.World.RunUntilIdle();

        var second = Resume(_node, first);

        Assert.Equal([4, 5], second.Offsets);
    }

    [Fact]
    public void An_ack_is_on_disk_within_a_second()
    {
        var first = Follow(_node);
        Publish(5);
        first.Send("""{"ack":{"channel":"a","offset":3}}""");
        _node.World.Advance(TimeSpan.FromSeconds(1));

        _node.CrashAndRestart();

        Assert.Equal([4, 5], Resume(_node, first).Offsets);
    }

    [Fact]
    public void What_was_done_ahead_is_not_sent_again_and_is_accounted_for()
    {
        var first = Follow(_node);
        Publish(6);
        first.Send("""{"ack":{"channel":"a","offset":1,"ranges":[[3,4]]}}""");

        var second = Resume(_node, first);

        Assert.Equal([2, 5, 6], second.Offsets);
        Assert.Equal((3L, 4L), second.Take<ServerFrame.Skip>() is var skip ? (skip.From, skip.To) : default);
    }

    [Fact]
    public void From_session_after_the_welcome_goes_on_from_what_was_acked_by_then()
    {
        var first = Follow(_node);
        Publish(5);
        first.Send("""{"ack":{"channel":"a","offset":2}}""");
        var second = Resume(_node, first);
        second.Send("""{"ack":{"channel":"a","offset":3}}""");
        second.Forget();

        second.Send("""{"id":5,"subscribe":{"channel":"a","from":"session","order":"offset"}}""");

        Assert.Equal((3L, Recovered.Full), second.Take<ServerFrame.Subscribed>() is var subscribed ? (subscribed.Offset, subscribed.Recovered) : default);
        Assert.Equal([4, 5], second.Offsets);
        Assert.Equal([4, 5], Resume(_node, second).Offsets);
    }

    [Fact]
    public void Acks_never_move_a_cursor_back_or_past_the_head()
    {
        var first = Follow(_node);
        Publish(4);
        first.Send("""{"ack":{"channel":"a","offset":3}}""").Send("""{"ack":{"channel":"a","offset":1}}""");
        Assert.Equal(3, Assert.Single(Resume(_node, first) is var second ? second.Welcome.Subscriptions : []).Offset);

        second.Send("""{"ack":{"channel":"a","offset":4000}}""");
        Publish(1);

        Assert.Equal([5], Resume(_node, second).Offsets);
    }

    [Fact]
    public void A_bye_that_keeps_nothing_ends_the_session()
    {
        var first = Follow(_node);

        first.Send("""{"id":9,"bye":{"keepSession":false}}""");

        Assert.Equal(9, first.Take<ServerFrame.Close>().Id);
        Assert.False(Resume(_node, first).Welcome.Session.Resumed);
    }

    [Fact]
    public void A_session_that_nobody_used_for_too_long_has_expired()
    {
        var node = new TestNode(new EngineOptions { SessionExpiry = TimeSpan.FromHours(1) });
        var first = Follow(node);
        first.Drop();

        node.World.Advance(TimeSpan.FromMinutes(61));

        var late = Resume(node, first);
        Assert.False(late.Welcome.Session.Resumed);
        Assert.NotNull(late.Welcome.Session.Reason);
    }

    [Fact]
    public void An_idle_session_leaves_the_memory_and_comes_back_from_disk()
    {
        var first = Follow(_node);
        first.Drop();
        _node.World.Advance(TimeSpan.FromMinutes(10));
        Publish(2);

        Assert.Equal([1, 2], Resume(_node, first).Offsets);
    }

    [Fact]
    public void Who_follows_an_ephemeral_channel_that_keeps_finds_what_came_while_away_also_after_a_crash()
    {
        var node = new TestNode(TestNode.With("live", new ChannelSettings { IsDurable = false, KeepsForOffline = true }));
        var first = node.Connect().Send("""{"id":2,"subscribe":{"channel":"live"}}""");
        node.Connect().Send("""{"publish":{"channel":"live","type":"t","data":1}}""");
        first.Send("""{"ack":{"channel":"live","offset":1}}""");
        first.Drop();
        node.Connect().Send("""{"publish":{"channel":"live","type":"t","data":2}}""").Send("""{"publish":{"channel":"live","type":"t","data":3}}""");

        node.CrashAndRestart();
        var second = Resume(node, first);

        Assert.Equal(Recovered.Full, Assert.Single(second.Welcome.Subscriptions).Recovered);
        Assert.Equal([2, 3], second.Offsets);
        second.Send("""{"ack":{"channel":"live","offset":3}}""");
        Assert.Equal(Recovered.Reset, second.Frames.OfType<ServerFrame.Subscribed>().Last().Recovered);
        second.Forget();
        node.Connect().Send("""{"publish":{"channel":"live","type":"t","data":4}}""");
        Assert.Equal([1], second.Offsets);
    }

    [Fact]
    public void Silence_is_pinged_and_then_closed_and_a_late_hello_is_not_waited_for()
    {
        var silent = _node.Connect();
        var mute = _node.Accept();

        _node.World.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(CloseCode.HelloExpected, mute.ClosedWith);
        _node.World.Advance(TimeSpan.FromSeconds(20));
        silent.Take<ServerFrame.Ping>();
        _node.World.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(CloseCode.HeartbeatMissed, silent.ClosedWith);
    }

    [Fact]
    public void A_first_frame_that_is_not_hello_closes_the_connection()
    {
        var client = _node.Accept().Send("""{"id":1,"ping":{}}""");

        Assert.Equal(CloseCode.HelloExpected, client.ClosedWith);
    }

    [Fact]
    public void Frames_sent_right_after_hello_are_handled_after_the_welcome()
    {
        var client = _node.Accept().Send("""
            {"id":1,"hello":{"subscribe":[{"channel":"a"},{"channel":"bad name"}]}}
            {"id":2,"publish":{"channel":"a","type":"t","data":1}}
            """);

        Assert.Equal("a", Assert.Single(client.Take<ServerFrame.Welcome>().Subscriptions).Channel);
        Assert.Equal(("bad name", 2_000), client.Take<ServerFrame.Unsubscribed>() is var refused ? (refused.Channel, refused.Code) : default);
        Assert.Contains(client.Frames, frame => frame is ServerFrame.Receipt { Id: 2 });
        Assert.Equal([1], client.Offsets);
    }

    [Fact]
    public void One_subscription_more_than_allowed_is_refused()
    {
        var node = new TestNode(new EngineOptions { SubscriptionsMax = 2 });
        var client = node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""").Send("""{"id":3,"subscribe":{"channel":"b"}}""");

        client.Send("""{"id":4,"subscribe":{"channel":"c"}}""");

        Assert.Equal((4L, ErrorCode.LimitExceeded), client.Take<ServerFrame.Error>() is var error ? (error.Id, error.Code) : default);
    }

    private static TestClient Follow(TestNode node) => node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");

    private static TestClient Resume(TestNode node, TestClient before) =>
        node.Connect(hello: $$""" "session":{"id":"{{before.Welcome.Session.Id}}","key":"{{before.Welcome.Session.Key}}"} """);

    private void Publish(int count)
    {
        var writer = _node.Connect();
        for (var i = 0; i < count; i++)
            writer.Send("""{"publish":{"channel":"a","type":"t","data":1}}""");
    }
}
