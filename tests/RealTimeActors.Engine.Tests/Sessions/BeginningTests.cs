using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Sessions;

/// <summary>Who asks for the session's cursor in a channel where the session has none begins anew, and is to hear so, whatever answers are lost.</summary>
public sealed class BeginningTests
{
    private const string FromSession = """ "subscribe":[{"channel":"a","from":"session"}] """;

    [Theory]
    [InlineData(FromSession, 10_000)]
    [InlineData(FromSession, 1)]
    [InlineData("", 10_000)]
    public void Whoever_asks_for_a_cursor_that_is_not_there_is_told_that_he_begins_anew_until_he_acks(string again, int snapshotEvery)
    {
        var node = new TestNode(new EngineOptions { EventSourcing = EventSourcingOptions.Default with { SnapshotEvery = snapshotEvery } });
        Publish(node, 2);
        var first = node.Accept().Hello(FromSession);
        Assert.Equal((2L, Recovered.None), Begun(first));
        first.Drop();
        Publish(node, 1);
        node.CrashAndRestart();

        var second = node.Accept().HelloAgainAs(first, body: again);
        Assert.Equal((2L, Recovered.None), Begun(second));
        Assert.Equal([3], second.Offsets);
        second.Send("""{"ack":{"channel":"a","offset":3}}""").Drop();

        Assert.Equal((3L, Recovered.Full), Begun(node.Accept().HelloAgainAs(second, body: again)));
    }

    [Fact]
    public void A_right_that_comes_and_goes_leaves_no_hole_that_nobody_is_told_of_although_the_answers_are_lost()
    {
        var node = new TestNode(asksForTokens: true);
        string Token(string channel) => node.Tokens!.Issue("u1", TimeSpan.FromHours(1), (channel, Rights.Subscribe | Rights.Publish));
        var following = node.Accept().HelloWith(Token("a"), FromSession).Send(Event).Send("""{"ack":{"channel":"a","offset":1}}""");
        following.Drop();
        var refused = node.Accept().HelloAgainAs(following, Token("b"));
        refused.Drop();
        node.Accept().HelloWith(Token("a")).Send(Event);

        var unheard = node.Accept().HelloAgainAs(refused, Token("a"), FromSession);
        unheard.Drop();
        var heard = node.Accept().HelloAgainAs(refused, Token("a"), FromSession);

        Assert.Equal((2L, Recovered.None), Begun(unheard));
        Assert.Equal((2L, Recovered.None), Begun(heard));
    }

    [Fact]
    public void Whoever_names_the_position_knows_where_he_stands_and_goes_on_there()
    {
        var node = new TestNode();
        var first = node.Accept().Hello(FromSession);
        first.Drop();

        var second = node.Accept().HelloAgainAs(first, body: $$$""" "subscribe":[{"channel":"a","from":{"epoch":"{{{first.Welcome.Subscriptions[0].Epoch}}}","offset":0}}] """);
        second.Drop();

        Assert.Equal((0L, Recovered.Full), Begun(second));
        Assert.Equal((0L, Recovered.Full), Begun(node.Accept().HelloAgainAs(second, body: FromSession)));
    }

    [Fact]
    public void Whoever_wants_to_begin_now_need_not_be_told_so_when_he_comes_back()
    {
        var node = new TestNode();
        var first = node.Accept().Hello(""" "subscribe":[{"channel":"a"}] """);
        first.Drop();

        Assert.Equal((0L, Recovered.Full), Begun(node.Accept().HelloAgainAs(first, body: FromSession)));
    }

    [Fact]
    public void Events_that_are_gone_before_he_has_heard_of_his_beginning_are_told_beside_it()
    {
        var node = new TestNode(TestNode.With("a", new() { Retention = new() { Count = 2 } }));
        var first = node.Accept().Hello(FromSession);
        first.Drop();
        Publish(node, 5);

        var again = node.Accept().HelloAgainAs(first, body: FromSession);

        var begun = Assert.Single(again.Welcome.Subscriptions);
        Assert.Equal((3L, Recovered.None, (OffsetRange?)new OffsetRange(1, 3)), (begun.Offset, begun.Recovered, begun.Missing));
        Assert.Equal([4, 5], again.Offsets);
    }

    private const string Event = """{"publish":{"channel":"a","type":"t","data":1}}""";

    private static (long Offset, Recovered Recovered) Begun(TestClient client) =>
        Assert.Single(client.Welcome.Subscriptions) is var subscribed ? (subscribed.Offset, subscribed.Recovered) : default;

    private static void Publish(TestNode node, int count)
    {
        var writer = node.Connect();
        for (var i = 0; i < count; i++)
            writer.Send(Event);
    }
}
