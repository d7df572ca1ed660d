using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Access;

public sealed class RightsTests
{
    private const Rights Follow = Rights.Subscribe;

    private readonly TestNode _node = new(asksForTokens: true);

    [Theory]
    [InlineData("""{"id":2,"subscribe":{"channel":"a"}}""", Rights.All & ~Rights.Subscribe, "subscribe")]
    [InlineData("""{"id":2,"subscribe":{"channel":"a","from":"earliest"}}""", Rights.All & ~Rights.History, "history")]
    [InlineData("""{"id":2,"subscribe":{"channel":"a","from":{"last":1}}}""", Rights.All & ~Rights.History, "history")]
    [InlineData("""{"id":2,"subscribe":{"channel":"a","from":{"epoch":"e","offset":0}}}""", Rights.All & ~Rights.History, "history")]
    [InlineData("""{"id":2,"publish":{"channel":"a","type":"t","data":1}}""", Rights.All & ~Rights.Publish, "publish")]
    [InlineData("""{"id":2,"read":{"channel":"a","what":"events"}}""", Rights.All & ~Rights.History, "history")]
    [InlineData("""{"id":2,"read":{"channel":"a","what":"stats"}}""", Rights.All & ~Rights.History, "history")]
    public void A_right_that_was_not_given_is_named_in_the_refusal(string frame, Rights given, string missing)
    {
        var error = _node.ConnectAs("u1", ("a", given)).Send(frame).Take<ServerFrame.Error>();

        Assert.Equal((2L, ErrorCode.Forbidden), (error.Id, error.Code));
        Assert.Contains($"The right '{missing}' on 'a'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":2,"subscribe":{"channel":"$dlq.a"}}""", "'history' or 'admin' on 'a'")]
    [InlineData("""{"id":2,"read":{"channel":"$dlq.a","what":"events"}}""", "'history' or 'admin' on 'a'")]
    [InlineData("""{"id":2,"read":{"channel":"a","what":"state"}}""", "'subscribe' or 'history' on 'a'")]
    public void Where_one_of_two_rights_suffices_both_are_named_on_the_channel_on_which_they_are_given(string frame, string missing)
    {
        var error = _node.ConnectAs("u1", ("a", Rights.Publish)).Send(frame).Take<ServerFrame.Error>();

        Assert.Equal((2L, ErrorCode.Forbidden, $"The right {missing} is needed."), (error.Id, error.Code, error.Message));
    }

    [Fact]
    public void Subscribing_from_now_and_from_the_sessions_cursor_takes_no_right_to_history()
    {
        var client = _node.ConnectAs("u1", ("*", Follow));

        client.Send("""{"id":2,"subscribe":{"channel":"a"}}""").Send("""{"id":3,"subscribe":{"channel":"b","from":"session"}}""");

        Assert.Equal([2L, 3L], client.Frames.OfType<ServerFrame.Subscribed>().Select(subscribed => subscribed.Id));
    }

    [Fact]
    public void What_a_hello_may_not_follow_is_taken_back_after_the_welcome()
    {
        var token = _node.Tokens!.Issue("u1", TimeSpan.FromHours(1), ("a", Follow));

        var client = _node.Accept().HelloWith(token, """ "subscribe":[{"channel":"a"},{"channel":"b"},{"channel":"a.b","from":"earliest"}] """);

        Assert.Equal(["a"], client.Welcome.Subscriptions.Select(subscribed => subscribed.Channel));
        Assert.Equal(
            [("b", UnsubscribeCode.RightMissing), ("a.b", UnsubscribeCode.RightMissing)],
            client.Frames.OfType<ServerFrame.Unsubscribed>().Select(unsubscribed => (unsubscribed.Channel, unsubscribed.Code)));
    }

    [Fact]
    public void The_own_channel_of_a_user_may_be_followed_and_that_of_another_not()
    {
        var client = _node.ConnectAs("u1", (">", Rights.All));

        client.Send("""{"id":2,"subscribe":{"channel":"$user.u1"}}""").Send("""{"id":3,"subscribe":{"channel":"$user.u2"}}""");

        Assert.Equal(2, client.Take<ServerFrame.Subscribed>().Id);
        Assert.Equal((3L, ErrorCode.Forbidden), client.Take<ServerFrame.Error>() is var error ? (error.Id, error.Code) : default);
    }

    [Fact]
    public void Events_say_whose_they_are_and_two_users_may_have_producers_of_one_name()
    {
        const string Publish = """{"id":2,"publish":{"channel":"a","type":"t","data":1,"producer":{"id":"p","sequence":1}}}""";
        var reader = _node.ConnectAs("reader", ("a", Follow)).Send("""{"id":2,"subscribe":{"channel":"a"}}""");

        var first = _node.ConnectAs("u1", ("a", Rights.Publish)).Send(Publish).Take<ServerFrame.Receipt>();
        var second = _node.ConnectAs("u2", ("a", Rights.Publish)).Send(Publish).Take<ServerFrame.Receipt>();
        var again = _node.ConnectAs("u1", ("a", Rights.Publish)).Send(Publish).Take<ServerFrame.Receipt>();

        Assert.Equal(["u1", "u2"], reader.Events.Select(e => e.Body.User));
        Assert.Equal((1L, 2L, 1L, true), (first.Offset, second.Offset, again.Offset, again.Duplicate));
    }

    [Fact]
    public void Rights_are_found_again_when_more_channels_were_asked_for_than_are_remembered()
    {
        var client = _node.ConnectAs("u1", ("may.*", Rights.Publish));

        for (var i = 0; i < 600; i++)
            client.Send($$$"""{"id":{{{i + 2}}},"publish":{"channel":"{{{(i % 2 == 0 ? "may" : "not")}}}.{{{i}}}","type":"t","data":1}}""", settles: false);

        _node.Settle();
        Assert.Equal(300, client.Frames.OfType<ServerFrame.Receipt>().Count());
        Assert.All(client.Frames.OfType<ServerFrame.Error>(), error => Assert.Equal((ErrorCode.Forbidden, 1L), (error.Code, error.Id % 2)));
    }

    [Fact]
    public void What_a_resumed_session_may_not_follow_any_more_stays_in_it_until_its_client_is_told()
    {
        var tokens = _node.Tokens!;
        var before = _node.ConnectAs("u1", ("*", Follow)).Send("""{"id":2,"subscribe":{"channel":"a"}}""").Send("""{"id":3,"subscribe":{"channel":"b"}}""");
        before.Drop();
        _node.EndChannel("b");
        _node.Disk.Faults.ReadFailureChance = 1;
        var neverWelcome = _node.Accept().TryHelloAgainAs(before, tokens.Issue("u1", TimeSpan.FromHours(1), ("b", Follow)));
        Assert.Empty(neverWelcome.Frames);
        neverWelcome.Drop();
        _node.Disk.Faults.ReadFailureChance = 0;
        _node.World.Advance(TimeSpan.FromSeconds(2));

        var after = _node.Accept().HelloAgainAs(before, tokens.Issue("u1", TimeSpan.FromHours(1), ("*", Follow)));

        Assert.Equal([("a", Recovered.Full), ("b", Recovered.Full)], after.Welcome.Subscriptions.Select(subscribed => (subscribed.Channel, subscribed.Recovered)).Order());
    }

    [Fact]
    public void A_session_is_not_resumed_by_another_user_and_he_does_not_learn_that_it_exists()
    {
        var owner = _node.ConnectAs("u1", ("a", Follow)).Send("""{"id":2,"subscribe":{"channel":"a"}}""");

        var thief = _node.Accept().HelloAgainAs(owner, _node.Tokens!.Issue("u2", TimeSpan.FromHours(1), ("a", Follow)));

        Assert.Equal((false, "unknown"), (thief.Welcome.Session.Resumed, thief.Welcome.Session.Reason));
        Assert.NotEqual(owner.Welcome.Session.Id, thief.Welcome.Session.Id);
        Assert.Empty(thief.Welcome.Subscriptions);
        Assert.Null(owner.ClosedWith);
    }

    [Fact]
    public void Rights_are_checked_again_before_a_resumed_session_is_replayed()
    {
        var tokens = _node.Tokens!;
        var before = _node.ConnectAs("u1", ("*", Follow)).Send("""{"id":2,"subscribe":{"channel":"a"}}""").Send("""{"id":3,"subscribe":{"channel":"b"}}""");
        before.Drop();
        _node.ConnectAs("u2", ("*", Rights.Publish)).Send(Event("a")).Send(Event("b"));

        var after = _node.Accept().HelloAgainAs(before, tokens.Issue("u1", TimeSpan.FromHours(1), ("a", Follow)));
        var later = _node.Accept().HelloAgainAs(after, tokens.Issue("u1", TimeSpan.FromHours(1), ("*", Follow)));

        Assert.True(after.Welcome.Session.Resumed);
        Assert.Equal(("b", UnsubscribeCode.RightMissing), after.Take<ServerFrame.Unsubscribed>() is var ended ? (ended.Channel, ended.Code) : default);
        Assert.Equal(["a"], after.Events.Select(e => e.Body.Channel));
        Assert.Equal(["a"], later.Welcome.Subscriptions.Select(subscribed => subscribed.Channel));
    }

    [Fact]
    public void An_inbox_is_not_opened_for_whom_the_channel_is_closed_now()
    {
        var node = new TestNode(TestNode.With("live", new ChannelSettings { IsDurable = false, KeepsForOffline = true }), asksForTokens: true);
        var before = node.ConnectAs("u1", ("live", Follow)).Send("""{"id":2,"subscribe":{"channel":"live"}}""");
        before.Drop();
        node.ConnectAs("u2", ("live", Rights.Publish)).Send(Event("live"));

        var after = node.Accept().HelloAgainAs(before, node.Tokens!.Issue("u1", TimeSpan.FromHours(1)));

        Assert.True(after.Welcome.Session.Resumed);
        Assert.Empty(after.Welcome.Subscriptions);
        Assert.Equal(UnsubscribeCode.RightMissing, after.Take<ServerFrame.Unsubscribed>().Code);
        Assert.Empty(after.Events);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(0, false)]
    public void The_own_cursor_may_be_named_as_a_position_and_what_lies_before_it_not(int offset, bool isAllowed)
    {
        var before = _node.ConnectAs("u1", ("a", Follow)).Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        _node.ConnectAs("u2", ("a", Rights.Publish)).Send(Event("a")).Send(Event("a"));
        before.Send("""{"ack":{"channel":"a","offset":1}}""");
        before.Drop();

        var after = _node.Accept().HelloAgainAs(
            before,
            _node.Tokens!.Issue("u1", TimeSpan.FromHours(1), ("a", Follow)),
            $$$""" "subscribe":[{"channel":"a","from":{"epoch":"{{{before.Take<ServerFrame.Subscribed>().Epoch}}}","offset":{{{offset}}}}}] """);

        Assert.Equal(isAllowed ? 1 : 0, after.Welcome.Subscriptions.Count);
        Assert.Equal(isAllowed ? 0 : 1, after.Frames.OfType<ServerFrame.Unsubscribed>().Count());
    }

    private static string Event(string channel) => $$$"""{"publish":{"channel":"{{{channel}}}","type":"t","data":1}}""";
}
