using RealTimeActors.Engine.Presence;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Presence;

/// <summary>The actor that knows who is there ends, as it does when its node fails: the edges tell its successor.</summary>
public sealed class PresenceSuccessionTests
{
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(10);

    private readonly TestNode _node = new(new EngineOptions { Edges = 3, Heartbeat = TimeSpan.FromHours(1), Presence = new PresenceOptions { ListedMax = 20 } });

    [Fact]
    public void Nobody_leaves_and_nobody_joins_because_the_actor_was_replaced()
    {
        var (clients, sees) = Present(6);
        var joins = sees.Select(seen => seen.Joins).ToArray();

        FailActor();
        _node.World.Advance(2 * _grace);

        for (var i = 0; i < clients.Length; i++)
        {
            Assert.Equal(Ids(clients), sees[i].Look(clients[i]).Sessions);
            Assert.Equal((joins[i], 0), (sees[i].Joins, sees[i].Departures));
        }
    }

    [Fact]
    public void What_happens_afterwards_is_told_as_before()
    {
        var (clients, sees) = Present(6);

        FailActor();
        _node.World.Advance(TimeSpan.FromSeconds(2));
        clients[1].Send("""{"id":3,"presence":{"channel":"c","state":"changed"}}""");
        clients[2].Send("""{"id":3,"bye":{}}""");
        clients[3].Drop();
        _node.World.Advance(2 * _grace);

        Assert.Equal(Ids(clients[0], clients[1], clients[4], clients[5]), sees[0].Look(clients[0]).Sessions);
        Assert.Equal("\"changed\"", sees[0].StateOf(clients[1]));
    }

    [Fact]
    public void One_who_was_away_when_it_happened_keeps_his_grace_time()
    {
        var (clients, sees) = Present(6);
        clients[4].Drop();
        clients[5].Drop();

        FailActor();
        _node.World.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(6, sees[0].Look(clients[0]).Count);
        clients[4] = _node.Accept().HelloAgainAs(clients[4]);
        _node.World.Advance(3 * _grace);

        Assert.Equal(Ids(clients[..5]), sees[0].Look(clients[0]).Sessions);
        Assert.Equal(1, sees[0].Departures);
    }

    [Fact]
    public void Where_only_the_number_is_told_it_does_not_dip()
    {
        var (clients, _) = Present(40);
        var watcher = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"c","presence":"count"}}""");
        Assert.Equal(40, new PresenceSeen("c").Look(watcher).Count);

        FailActor();
        _node.World.Advance(2 * _grace);

        Assert.Empty(watcher.Frames);
        clients[0].Send("""{"id":3,"bye":{}}""");
        _node.World.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(39, new PresenceSeen("c").Look(watcher).Count);
    }

    private (TestClient[] Clients, PresenceSeen[] Sees) Present(int count)
    {
        var clients = Enumerable.Range(0, count).Select(_ => _node.Connect().Send("""{"id":2,"presence":{"channel":"c","state":1}}""")).ToArray();
        _node.World.Advance(TimeSpan.FromSeconds(2));
        return (clients, [.. clients.Select(client => new PresenceSeen("c").Look(client))]);
    }

    /// <summary>A question that cannot be answered to anybody ends the actor: its supervisor stops it.</summary>
    private void FailActor()
    {
        _node.Engine.Presence.Tell(new PresenceCommand.Read(ChannelName.Parse("c"), null, 1, null, null!));
        _node.Settle();
    }

    private static string[] Ids(params TestClient[] clients) => [.. clients.Select(client => client.Welcome.Session.Id).Order(StringComparer.Ordinal)];
}
