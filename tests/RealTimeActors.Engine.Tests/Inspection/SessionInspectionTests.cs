using RealTimeActors.Engine.Inspection;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Inspection;

public sealed class SessionInspectionTests
{
    private static readonly EngineOptions _options = new() { Edges = 2, Shards = 4 };

    [Fact]
    public void Shows_how_far_a_connected_session_has_come()
    {
        var node = new TestNode(_options);
        var client = node.Connect(WireFormat.WebSocketProtobuf, """ "client":"board/1.2","subscribe":[{"channel":"a","from":"earliest"}] """);
        Publish(node.Connect(), "a", 10);
        client.Send("""{"ack":{"channel":"a","offset":4,"ranges":[[6,7]]}}""");

        var session = node.Session(client.Welcome.Session.Id)!;

        Assert.Equal((client.Welcome.Connection, "board/1.2", WireFormat.WebSocketProtobuf), (session.Connection!.Id, session.Connection.Client, session.Connection.Format));
        Assert.Equal((true, null), (session.IsJournaled, session.ExpiresUnixMs));
        var subscription = Assert.Single(session.Subscriptions);
        Assert.Equal((SubscriptionState.Live, 4L, 10L, 10L, 6L), (subscription.State, subscription.Position, subscription.Sent, subscription.Head, subscription.Lag));
        Assert.Equal([new OffsetRange(6, 7)], subscription.Ahead);
    }

    [Fact]
    public void Shows_who_follows_a_channel_connected_ones_first_and_then_those_that_are_away()
    {
        var node = new TestNode(_options);
        var away = node.Connect(hello: """ "subscribe":[{"channel":"a"}] """);
        var stalled = node.Connect(hello: """ "subscribe":[{"channel":"a","ack":"none"}] """);
        node.Connect(hello: """ "subscribe":[{"channel":"b"}] """);
        away.Drop();
        Publish(node.Connect(), "a", 3);

        var page = node.Followers("a");

        Assert.Equal([stalled.Welcome.Session.Id, away.Welcome.Session.Id], page.Items.Select(session => session.Id));
        Assert.Equal([SubscriptionState.Live, SubscriptionState.Away], page.Items.Select(session => Assert.Single(session.Subscriptions).State));
        Assert.Equal([0L, 3L], page.Items.Select(session => session.Subscriptions[0].Lag));
        Assert.Equal([null, 0L], page.Items.Select(session => session.Subscriptions[0].Position));
        Assert.Equal([3L, null], page.Items.Select(session => session.Subscriptions[0].Sent));
        Assert.Equal(("a", 3L), (page.Of!.Channel.Value, page.Of.Head));
        Assert.NotNull(page.Items[1].ExpiresUnixMs);
    }

    [Fact]
    public void One_that_does_not_read_is_catching_up()
    {
        var node = new TestNode(_options with { RingBytesMax = 4_096 });
        var slow = node.Connect(hello: """ "subscribe":[{"channel":"a"}] """);
        slow.StopReading();
        Publish(node.Connect(), "a", 500);
        slow.ReadOn(bytes: 20_000);

        var subscription = Assert.Single(Assert.Single(node.Followers("a").Items).Subscriptions);

        Assert.Equal(SubscriptionState.CatchingUp, subscription.State);
        Assert.InRange(subscription.Sent!.Value, 0, 499);
    }

    [Fact]
    public void Walks_through_all_sessions_and_followers_without_missing_or_repeating_one()
    {
        var node = new TestNode(_options);
        var clients = Enumerable.Range(0, 11).Select(_ => node.Connect(hello: """ "subscribe":[{"channel":"a"}] """)).ToArray();
        foreach (var client in clients.Take(5))
            client.Drop();

        var sessions = Walk(from => node.Sessions(from, limit: 3));
        var followers = Walk(from => node.Followers("a", from, limit: 4));

        var ids = clients.Select(client => client.Welcome.Session.Id);
        Assert.Equal(ids.Order(StringComparer.Ordinal), sessions.Select(session => session.Id).Order(StringComparer.Ordinal));
        Assert.Equal(sessions.Select(session => session.Id), followers.Select(session => session.Id));
        Assert.Equal(6, sessions.TakeWhile(session => session.Connection is not null).Count());
        Assert.All(sessions.Skip(6), session => Assert.Null(session.Connection));
    }

    [Fact]
    public void Sessions_on_disk_are_there_after_a_restart_and_others_are_not()
    {
        var node = new TestNode(_options);
        var kept = node.Connect(hello: """ "subscribe":[{"channel":"a"}] """);
        node.Connect(hello: """ "subscribe":[{"channel":"a","ack":"none"}] """);
        Assert.Equal(2, node.Sessions().Items.Count);

        node.CrashAndRestart();

        Assert.Equal(kept.Welcome.Session.Id, Assert.Single(node.Sessions().Items).Id);
        Assert.Equal(SubscriptionState.Away, Assert.Single(Assert.Single(node.Followers("a").Items).Subscriptions).State);
    }

    [Fact]
    public void Only_the_sessions_of_the_user_are_told()
    {
        var node = new TestNode(_options);
        node.Connect(hello: """ "subscribe":[{"channel":"a"}] """);

        Assert.Empty(node.Sessions(user: "u1").Items);
    }

    [Fact]
    public void A_session_that_is_ended_is_gone_for_good_and_its_client_told()
    {
        var node = new TestNode(_options);
        var client = node.Connect(hello: """ "subscribe":[{"channel":"a"}] """);
        var id = client.Welcome.Session.Id;

        var ended = node.Ask<InspectionReply.Ended>(replyTo => new InspectionCommand.EndSession(id, replyTo));
        var again = node.Ask<InspectionReply.Ended>(replyTo => new InspectionCommand.EndSession(id, replyTo));
        var known = node.Session(id);
        node.CrashAndRestart();
        var back = node.Accept().Hello($$""" "session":{"id":"{{id}}","key":"{{client.Welcome.Session.Key}}"} """);

        Assert.Equal((true, false, null), (ended.Existed, again.Existed, known));
        Assert.Equal(CloseCode.SessionEnded, client.ClosedWith);
        Assert.Equal((false, "unknown"), (back.Welcome.Session.Resumed, back.Welcome.Session.Reason));
    }

    [Fact]
    public void A_session_that_only_lives_in_memory_can_be_ended_too()
    {
        var node = new TestNode(_options);
        var client = node.Connect();

        Assert.True(node.Ask<InspectionReply.Ended>(replyTo => new InspectionCommand.EndSession(client.Welcome.Session.Id, replyTo)).Existed);
        Assert.Null(node.Session(client.Welcome.Session.Id));
        Assert.Equal(CloseCode.SessionEnded, client.ClosedWith);
    }

    [Theory]
    [InlineData("c:", true)]
    [InlineData("a:s-1", true)]
    [InlineData("", true)]
    [InlineData("b:s-1", false)]
    [InlineData("a", false)]
    [InlineData("s-1", false)]
    public void A_cursor_is_read_as_it_was_written_and_nothing_else_is(string text, bool isOne)
    {
        Assert.Equal(isOne, SessionCursor.TryParse(text, out var cursor));
        if (text.Length > 0 && isOne)
            Assert.Equal(text, cursor!.ToString());
    }

    private static List<SessionView> Walk(Func<SessionCursor, InspectionReply.Sessions> page)
    {
        var all = new List<SessionView>();
        for (var at = SessionCursor.Start; at is not null;)
        {
            var next = page(at);
            all.AddRange(next.Items);
            at = next.Next;
        }

        return all;
    }

    private static void Publish(TestClient client, string channel, int count)
    {
        for (var i = 0; i < count; i++)
            client.Send($$$"""{"publish":{"channel":"{{{channel}}}","type":"t","data":{{{i}}}}}""", settles: i == count - 1);
    }
}
