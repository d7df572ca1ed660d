using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Connections;

/// <summary>Clients that are asked to connect to another node, because that has more room.</summary>
public sealed class SendingAwayTests
{
    private static readonly TimeSpan _stay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _within = TimeSpan.FromSeconds(5);
    private readonly TestNode _node = new(new EngineOptions { Edges = 3 });

    [Fact]
    public void As_many_as_are_to_go_are_told_where_and_the_others_nothing()
    {
        var clients = Connect(30);
        _node.World.Advance(_stay);

        SendAway(7, "wss://a/v1/ws", "wss://b/v1/ws");

        var told = clients.SelectMany(client => client.Frames.OfType<ServerFrame.Goaway>()).ToList();
        Assert.Equal(7, told.Count);
        Assert.All(told, goaway => Assert.Equal((5_000, 2_000), (goaway.WithinMs, goaway.SpreadMs)));
        Assert.Equal(["wss://a/v1/ws", "wss://b/v1/ws"], told.Select(goaway => goaway.Url!).Distinct().Order());
    }

    [Fact]
    public void One_at_a_time_goes_from_each_lane_in_turn()
    {
        var clients = Connect(3);
        _node.World.Advance(_stay);

        for (var i = 0; i < 3; i++)
            SendAway(1);

        Assert.All(clients, client => Assert.Null(Assert.Single(client.Frames.OfType<ServerFrame.Goaway>()).Url));
    }

    [Fact]
    public void Who_has_just_come_stays()
    {
        var client = Connect(1)[0];
        _node.World.Advance(_stay - TimeSpan.FromSeconds(2));

        SendAway(10);
        _node.World.Advance(_stay);

        Assert.Empty(client.Frames.OfType<ServerFrame.Goaway>());
        Assert.Null(client.ClosedWith);
    }

    [Fact]
    public void Who_does_not_go_is_closed_and_told_to_come_elsewhere()
    {
        var clients = Connect(2);
        _node.World.Advance(_stay);
        SendAway(6);
        clients[0].Drop();

        _node.World.Advance(TimeSpan.FromSeconds(3));
        Assert.Null(clients[1].ClosedWith);
        _node.World.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal((CloseCode.Elsewhere, "Another node has more room."), (clients[1].ClosedWith, clients[1].ClosedBecause));
    }

    [Fact]
    public void Nobody_is_told_twice()
    {
        var client = Connect(1)[0];
        _node.World.Advance(_stay);

        SendAway(3);
        SendAway(3);

        Assert.Single(client.Frames.OfType<ServerFrame.Goaway>());
    }

    private TestClient[] Connect(int count) => [.. Enumerable.Range(0, count).Select(_ => _node.Connect())];

    private void SendAway(int count, params string[] addresses)
    {
        _node.Engine.SendAway(count, _stay, _within, TimeSpan.FromSeconds(2), addresses);
        _node.Settle();
    }
}
