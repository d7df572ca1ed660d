using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Tests.Sessions;

/// <summary>The actor of a session ends under its connection, as a fault of its own ends it, and the client says nothing for long.</summary>
public sealed class SessionFailureTests
{
    private readonly TestNode _node = new(TestNode.With("a", new ChannelSettings { Retry = new RetryRule { Attempts = 3 } }) with { Heartbeat = TimeSpan.FromHours(1) });

    [Fact]
    public void What_was_nacked_before_comes_again()
    {
        var client = Follow();
        _node.Connect().Send("""{"publish":{"channel":"a","type":"t","data":1}}""");
        client.Send("""{"nack":{"channel":"a","offset":1}}""");
        client.Forget();

        _node.EndSessionOf(client);
        _node.World.Advance(TimeSpan.FromSeconds(2));

        var again = Assert.Single(client.Events);
        Assert.Equal((1L, 2), (again.Body.Offset, again.Attempt));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Whoever_takes_the_session_over_puts_the_former_connection_out(int times)
    {
        var former = Follow();
        for (var i = 0; i < times; i++)
            _node.EndSessionOf(former);

        // A session that ended within a second of its last end is told of its connection a little later.
        _node.World.Advance(TimeSpan.FromSeconds(2));
        var next = _node.Accept().HelloAgainAs(former);

        Assert.True(next.Welcome.Session.Resumed);
        Assert.Equal(CloseCode.TakenOver, former.ClosedWith);
    }

    private TestClient Follow() => _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
}
