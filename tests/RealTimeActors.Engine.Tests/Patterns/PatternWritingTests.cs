using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Patterns;

/// <summary>Patterns while the session cannot be written: its disk is full, or its shard goes to another node just then.</summary>
public sealed class PatternWritingTests
{
    private readonly TestNode _node = new();

    [Fact]
    public void An_exact_subscription_that_the_session_cannot_write_leaves_the_channel_to_its_pattern()
    {
        var client = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a.>"}}""");
        Publish(2);
        _node.Disk.Faults.IsFull = true;
        client.Send("""{"id":3,"subscribe":{"channel":"a.1","from":"now"}}""");
        Assert.Equal((3L, ErrorCode.Overloaded), client.Take<ServerFrame.Error>() is var error ? (error.Id, error.Code) : default);
        _node.Disk.Faults.IsFull = false;

        Publish(1);
        client.Send("""{"id":4,"subscribe":{"channel":">"}}""");
        Publish(1);

        Assert.Equal([1, 2, 3, 4], client.Offsets);
        client.Drop();
        Assert.Equal(["a.>", ">"], _node.Accept().HelloAgainAs(client).Welcome.Subscriptions.Select(subscribed => subscribed.Channel));
    }

    [Fact]
    public void A_pattern_is_answered_as_soon_as_its_session_can_be_written()
    {
        var client = _node.Connect();
        Publish(2);
        _node.Disk.Faults.IsFull = true;
        client.Send("""{"id":2,"subscribe":{"channel":"a.>"}}""");
        _node.World.Advance(TimeSpan.FromSeconds(5));
        Assert.DoesNotContain(client.Frames, frame => frame.Id == 2);

        _node.Disk.Faults.IsFull = false;
        _node.World.Advance(TimeSpan.FromSeconds(3));
        Assert.Contains(client.Frames, frame => frame is ServerFrame.Subscribed { Id: 2, Channel: "a.>" });
        Publish(1);
        Assert.Equal([3], client.Offsets);

        client.Drop();
        Publish(1);
        var again = _node.Accept().HelloAgainAs(client);
        _node.Settle();
        Assert.Equal([3, 4], again.Offsets);
    }

    private void Publish(int count)
    {
        var writer = _node.Connect();
        for (var i = 0; i < count; i++)
            writer.Send("""{"publish":{"channel":"a.1","type":"t","data":1}}""");

        writer.Drop();
    }
}
