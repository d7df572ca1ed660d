using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Patterns;

/// <summary>Patterns while the actor of the session ends in the middle of writing, as where its shard goes to another node just then: the connection goes on with the next one.</summary>
public sealed class PatternWritingTests
{
    private readonly TestNode _node = new();

    [Fact]
    public void An_exact_subscription_that_the_session_could_not_write_leaves_the_channel_to_its_pattern()
    {
        var client = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a.>"}}""");
        Publish(2);
        Assert.Equal([1, 2], client.Offsets);

        EndWhileWriting(client, """{"id":3,"subscribe":{"channel":"a.1","from":"now"}}""");
        Assert.Equal((3L, ErrorCode.Overloaded), client.Take<ServerFrame.Error>() is var error ? (error.Id, error.Code) : default);
        Publish(1);
        client.Send("""{"id":4,"subscribe":{"channel":">"}}""");
        Publish(1);

        Assert.Equal([3, 4], client.Offsets);
        client.Drop();
        Assert.Equal(["a.>", ">"], _node.Accept().HelloAgainAs(client).Welcome.Subscriptions.Select(subscribed => subscribed.Channel));
    }

    [Fact]
    public void A_pattern_is_answered_although_the_session_could_not_write_it_at_first()
    {
        var client = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"b"}}""");
        Publish(2);

        EndWhileWriting(client, """{"id":3,"subscribe":{"channel":"a.>"}}""");
        _node.World.Advance(TimeSpan.FromSeconds(3));

        Assert.Contains(client.Frames, frame => frame is ServerFrame.Subscribed { Id: 3, Channel: "a.>" });
        Publish(1);
        Assert.Equal([3], client.Offsets);
        client.Drop();
        Publish(1);
        var again = _node.Accept().HelloAgainAs(client);
        _node.Settle();
        Assert.Equal([3, 4], again.Offsets);
    }

    private void EndWhileWriting(TestClient client, string frame)
    {
        _node.Disk.Faults.IsStalled = true;
        client.Send(frame);
        _node.EndSessionOf(client);
        _node.Disk.Faults.IsStalled = false;
        _node.Settle();
    }

    private void Publish(int count)
    {
        var writer = _node.Connect();
        for (var i = 0; i < count; i++)
            writer.Send("""{"publish":{"channel":"a.1","type":"t","data":1}}""");

        writer.Drop();
    }
}
