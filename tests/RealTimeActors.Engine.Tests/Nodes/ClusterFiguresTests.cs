using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Sharding.Cluster;

namespace RealTimeActors.Engine.Tests.Nodes;

/// <summary>What nodes made of the real engine count, as any of them tells it.</summary>
public sealed class ClusterFiguresTests
{
    private readonly TestCluster _cluster = new(cores: 2, edges: 2);

    [Fact]
    public void Clients_are_counted_where_they_are_connected_and_channels_and_sessions_where_their_shards_are()
    {
        for (var i = 0; i < 5; i++)
            _cluster.Connect(i < 3 ? "edge-1" : "edge-2").Send($$$"""{"id":2,"subscribe":{"channel":"grants.{{{i % 2}}}"}}""");

        _cluster.Advance(2);
        var figures = _cluster.FiguresAt("core-1").Figures;

        Assert.Equal((3, 2), (Of(figures, "edge-1").Clients.Connections, Of(figures, "edge-2").Clients.Connections));
        Assert.Equal((0, 0), (Of(figures, "core-1").Clients.Connections, Of(figures, "edge-1").Shards.Count));
        var shards = figures.Values.SelectMany(node => node.Shards).ToList();
        Assert.Equal((2, 5), (shards.Sum(shard => shard.Counts.Channels), shards.Sum(shard => shard.Counts.Sessions)));
        Assert.All((string[])["grants.0", "grants.1"], channel => Assert.InRange(shards.Single(its => its.Shard.Shard == Sharding.ShardMap.ShardOf(channel, _cluster.Options.Shards)).Counts.Channels, 1, 2));
    }

    [Fact]
    public void Who_does_not_read_is_behind_and_is_counted_so()
    {
        var client = _cluster.Connect("edge-1").Send("""{"id":2,"subscribe":{"channel":"grants"}}""");
        client.StopReading();
        var writer = _cluster.Connect("edge-2");
        for (var i = 0; i < 200; i++)
            writer.Send($$$"""{"publish":{"channel":"grants","type":"t","data":"{{{new string('x', 1_000)}}}"}}""", settles: i == 199);

        _cluster.Advance(2);

        Assert.InRange(Of(_cluster.FiguresAt("edge-2").Figures, "edge-1").Clients.Behind, 50, 200);
        client.ReadOn();
        _cluster.Advance(2);
        Assert.Equal(0, Of(_cluster.FiguresAt("edge-2").Figures, "edge-1").Clients.Behind);
    }

    private static NodeFigures Of(IReadOnlyDictionary<string, NodeFigures> figures, string node) =>
        figures.Single(pair => pair.Key.StartsWith($"{node}#", StringComparison.Ordinal)).Value;
}
