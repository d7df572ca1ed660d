using RealTimeActors.Actors;
using RealTimeActors.Engine.Inspection;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Sessions;

/// <summary>What a connection said of a channel comes to its session behind what it said later: it waited at a node that had lost the session's shard, and was passed on.</summary>
public sealed class OvertakenWordTests
{
    private static readonly ChannelName _channel = ChannelName.Parse("a");

    private readonly TestNode _node = new(new EngineOptions());
    private readonly TestClient _client;

    public OvertakenWordTests() => _client = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a","ack":"manual"}}""");

    [Fact]
    public void That_a_channel_is_given_up_means_nothing_behind_a_later_word_that_it_is_followed()
    {
        Say(by => new SessionCommand.Unsubscribe(Session, by, _channel, null) { Number = 1 });

        Assert.Equal("a", Assert.Single(ComeBack().Subscriptions).Channel);
    }

    [Fact]
    public void A_position_means_nothing_behind_one_that_was_told_later()
    {
        var told = _client.Take<ServerFrame.Subscribed>();
        Say(by => new SessionCommand.Subscribe(Session, by, InFormerLife, null) { Number = 1 });

        var again = Assert.Single(ComeBack().Subscriptions);
        Assert.Equal((told.Epoch, Recovered.Full), (again.Epoch, again.Recovered));
    }

    [Fact]
    public void What_is_said_later_counts()
    {
        Say(by => new SessionCommand.Unsubscribe(Session, by, _channel, null) { Number = long.MaxValue });

        Assert.Empty(ComeBack().Subscriptions);
    }

    [Fact]
    public void What_another_connection_of_the_session_said_has_numbers_of_its_own()
    {
        Say(by => new SessionCommand.Subscribe(Session, by, InThisLife, null) { Number = long.MaxValue });
        _client.Drop();
        var next = _node.Accept().HelloAgainAs(_client).Send("""{"id":3,"unsubscribe":{"channel":"a"}}""");
        _node.Settle();
        next.Drop();

        Assert.Empty(_node.Accept().HelloAgainAs(next).Welcome.Subscriptions);
    }

    private string Session => _client.Welcome.Session.Id;

    private static SessionSubscription InFormerLife => new(_channel, new SubscriptionOptions(AckMode.Manual, DeliveryOrder.Lanes, OverflowPolicy.Disconnect, Priority.Low), IsDurable: true, "0123456789", 40, []);

    private SessionSubscription InThisLife => InFormerLife with { Epoch = _client.Frames.OfType<ServerFrame.Subscribed>().Last().Epoch, Prefix = 0 };

    private void Say(Func<ConnectionRef, SessionCommand> word)
    {
        var answers = new List<InspectionReply>();
        _node.Engine.Inspector.Tell(new InspectionCommand.ShowSession(Session, _node.Into(answers)));
        _node.Settle();
        var connection = Assert.Single(Assert.IsType<InspectionReply.Sessions>(Assert.Single(answers)).Items).Connection!.Id;
        var known = _node.Engine.WellKnown.ToDictionary(actor => actor.Name, StringComparer.Ordinal);
        known["sessions"].Tell(word(new ConnectionRef(connection, (IActorRef<SessionReply>)known["edge-0"].Ref)));
        _node.Settle();
    }

    private ServerFrame.Welcome ComeBack()
    {
        _client.Drop();
        return _node.Accept().HelloAgainAs(_client).Welcome;
    }
}
