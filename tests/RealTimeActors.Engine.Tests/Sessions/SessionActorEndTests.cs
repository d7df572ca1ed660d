using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Tests.Sessions;

/// <summary>The actor of a session ends under its connection: what it knew and had not written is gone, so the client comes back and is told where the session stands.</summary>
public sealed class SessionActorEndTests
{
    private readonly TestNode _node = new(new EngineOptions { Heartbeat = TimeSpan.FromHours(1) });

    [Fact]
    public void The_connection_ends_at_once_and_its_client_resumes_without_hole()
    {
        var client = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        Publish(2);
        client.Send("""{"ack":{"channel":"a","offset":1}}""");
        _node.World.Advance(TimeSpan.FromSeconds(2));

        _node.EndSession(client);
        Assert.Equal(CloseCode.TryAgain, client.ClosedWith);
        Publish(1);
        var again = _node.Accept().HelloAgainAs(client);
        _node.Settle();

        Assert.True(again.Welcome.Session.Resumed);
        Assert.Equal([2L, 3L], again.Offsets);
    }

    [Fact]
    public void Of_two_connections_of_a_session_the_one_that_has_it_ends()
    {
        var first = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var second = _node.Accept().HelloAgainAs(first);
        Assert.Equal(CloseCode.TakenOver, first.ClosedWith);

        _node.EndSession(second);

        Assert.Equal(CloseCode.TryAgain, second.ClosedWith);
        Assert.True(_node.Accept().HelloAgainAs(second).Welcome.Session.Resumed);
    }

    [Fact]
    public void Who_says_bye_is_answered_by_whatever_comes_first()
    {
        var client = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        _node.Disk.Faults.IsStalled = true;
        client.Send("""{"id":3,"bye":{}}""");

        _node.EndSession(client);

        Assert.Equal(CloseCode.Bye, client.ClosedWith);
    }

    private void Publish(int count)
    {
        var writer = _node.Connect();
        for (var i = 0; i < count; i++)
            writer.Send("""{"publish":{"channel":"a","type":"t","data":1}}""");

        writer.Drop();
    }
}
