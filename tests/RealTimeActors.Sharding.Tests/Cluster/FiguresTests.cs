using RealTimeActors.Sharding.Cluster;

namespace RealTimeActors.Sharding.Tests.Cluster;

/// <summary>How far every shard is, and what every node counts: asked of all of them when somebody looks.</summary>
public sealed class FiguresTests
{
    private readonly CounterCluster _cluster = new(seed: 9, cores: 2, edges: 2);

    public FiguresTests() => _cluster.Advance(5);

    [Theory]
    [InlineData("edge-1")]
    [InlineData("core-2")]
    public void Any_node_tells_what_all_of_them_count(string asked)
    {
        for (var i = 0; i < 30; i++)
            _cluster.Add("edge-1", "grants");

        _cluster["edge-2"].Clients = 41;
        _cluster.Advance(1);
        var shard = ShardMap.ShardOf("grants", CounterCluster.Shards);

        var standing = Figures(asked);

        Assert.Equal(["core-1", "core-2", "edge-1", "edge-2"], standing.Figures.Keys.Select(node => node[..node.IndexOf('#', StringComparison.Ordinal)]));
        Assert.Equal(41, standing.Figures.Single(pair => pair.Key.StartsWith("edge-2#", StringComparison.Ordinal)).Value.Clients.Connections);
        var shards = standing.Figures.Values.SelectMany(figures => figures.Shards).ToList();
        Assert.Equal(Enumerable.Range(0, CounterCluster.Shards), shards.Select(its => its.Shard.Shard).Order());
        var its = shards.Single(its => its.Shard.Shard == shard);
        Assert.Equal((30, 0, 1), (its.Head, its.Lag, its.Counts.Sessions));
        Assert.Equal(standing.Shards[shard]!.Value.Epoch, its.Shard.Epoch);
        Assert.Equal(30, shards.Sum(each => each.Head));
    }

    [Fact]
    public void The_head_of_a_shard_begins_anew_with_its_next_owner()
    {
        _cluster.Add("edge-1", "grants");
        _cluster.Advance(1);
        var shard = ShardMap.ShardOf("grants", CounterCluster.Shards);
        var (owner, epoch) = Figures("edge-1").Shards[shard]!.Value;
        _cluster["edge-1"].Ask(replyTo => new ClusterRequest.Move(shard, owner == "core-1" ? "core-2" : "core-1", replyTo));
        _cluster.Advance(2);
        var moved = Progress(shard);
        _cluster.Add("edge-1", "grants");
        _cluster.Advance(1);

        Assert.True(moved.Shard.Epoch > epoch);
        Assert.Equal(0, moved.Head);
        Assert.Equal((moved.Shard, 1), (Progress(shard).Shard, Progress(shard).Head));
    }

    [Fact]
    public void Who_does_not_answer_in_time_is_left_out_and_holds_nobody_up()
    {
        _cluster["core-2"].Crash();
        var first = _cluster["edge-1"].AsksForFigures();
        var second = _cluster["edge-1"].AsksForFigures();

        _cluster.Advance(0.3);

        Assert.True(first.TryNext(out var standing));
        Assert.True(second.TryNext(out _));
        Assert.DoesNotContain(standing.Figures.Keys, node => node.StartsWith("core-2#", StringComparison.Ordinal));
        Assert.Equal(3, standing.Figures.Count);
    }

    [Fact]
    public void Who_does_not_ask_for_figures_is_answered_at_once_and_gets_none() => Assert.Empty(_cluster["edge-1"].Standing()!.Figures);

    [Fact]
    public void Edges_know_of_each_other_where_clients_reach_them_and_of_nobody_who_takes_none()
    {
        Assert.Equal([("edge-2", "wss://edge-2/v1/ws")], _cluster["edge-1"].Edges.Select(edge => (edge.Node, edge.Address)));
        Assert.Equal(["edge-1", "edge-2"], _cluster["core-1"].Edges.Select(edge => edge.Node));

        _cluster["core-1"].Ask(replyTo => new ClusterRequest.Drain("edge-2", replyTo));
        _cluster.Advance(2);

        Assert.Empty(_cluster["edge-1"].Edges);
    }

    [Fact]
    public void What_becomes_of_shards_is_counted_where_it_happens()
    {
        PlaceFigures one = _cluster["core-1"].Figures, two = _cluster["core-2"].Figures, edge = _cluster["edge-1"].Figures;
        Assert.Equal((CounterCluster.Shards, 0, 4, 3, 3), (one.Shards + two.Shards, edge.Shards, one.Members, one.Linked, edge.Linked));
        var (had, taken) = (one.Shards, two.Taken);

        _cluster["core-1"].Order(new ClusterOrder.Drain());
        _cluster.Advance(5);
        Assert.Equal((0, CounterCluster.Shards, had, had, 0), (one.Shards, two.Shards, one.HandedOver, two.Taken - taken, one.Lost));

        _cluster["core-2"].Access.IsCut = true;
        _cluster.Advance(5);
        Assert.Equal((0, CounterCluster.Shards), (two.Shards, two.Lost));
    }

    [Fact]
    public void How_long_what_comes_for_a_shard_waits_for_somebody_to_have_it_is_told_where_it_waited()
    {
        var shard = ShardMap.ShardOf("grants", CounterCluster.Shards);
        var owner = _cluster.OwnersAsSeenBy("edge-1")[shard]!;
        _cluster["edge-1"].Pauses.Clear();
        _cluster.Add("edge-1", "grants");
        _cluster.Advance(1);
        Assert.Empty(_cluster["edge-1"].Pauses);

        _cluster["edge-1"].Ask(replyTo => new ClusterRequest.Move(shard, owner == "core-1" ? "core-2" : "core-1", replyTo));
        for (var i = 0; i < 300; i++)
        {
            _cluster.Add("edge-1", "grants");
            _cluster.Advance(0.001);
        }

        _cluster.Advance(1);
        var pause = Assert.Single(_cluster["edge-1"].Pauses);
        Assert.InRange(pause, TimeSpan.FromMilliseconds(0.1), TimeSpan.FromMilliseconds(150));
    }

    private ClusterStanding Figures(string node)
    {
        var asker = _cluster[node].AsksForFigures();
        _cluster.Advance(0.3);
        Assert.True(asker.TryNext(out var standing));
        return standing;
    }

    private ShardProgress Progress(int shard) => Figures("edge-1").Figures.Values.SelectMany(figures => figures.Shards).Single(its => its.Shard.Shard == shard);
}
