namespace RealTimeActors.Sharding.Tests.Cluster;

/// <summary>Nodes that all reach the database, and not each other: one side goes, so that no client is refused for as long as it lasts.</summary>
public sealed class CutOffTests
{
    [Theory]
    [InlineData("edge-1", "core-1")]
    [InlineData("core-1", "edge-1")]
    public void An_edge_whose_way_to_a_core_is_cut_goes_and_its_clients_find_another(string from, string to)
    {
        var cluster = Begin();

        Block(cluster, from, to);
        cluster.Advance(7);

        Assert.Equal(["edge-1"], Gone(cluster));
    }

    [Fact]
    public void A_core_that_no_edge_reaches_goes_before_they_do_and_another_has_its_shards()
    {
        var cluster = Begin(cores: 4);

        Block(cluster, "core-1", "edge-1");
        Block(cluster, "core-1", "edge-2");
        cluster.Advance(7);

        Assert.Equal(["core-1"], Gone(cluster));
        Assert.DoesNotContain("core-1", cluster.OwnersAsSeenBy("edge-1"));
    }

    [Fact]
    public void A_node_that_reaches_no_other_goes_alone()
    {
        var cluster = Begin();

        foreach (var other in (string[])["core-2", "edge-1", "edge-2"])
            Block(cluster, "core-1", other);
        cluster.Advance(7);

        Assert.Equal(["core-1"], Gone(cluster));
    }

    [Fact]
    public void Of_two_halves_one_stays()
    {
        var cluster = Begin();

        foreach (var (one, other) in (IEnumerable<(string, string)>)[("core-1", "core-2"), ("core-1", "edge-2"), ("edge-1", "core-2"), ("edge-1", "edge-2")])
            Block(cluster, one, other);
        cluster.Advance(7);

        Assert.Equal(["core-2", "edge-2"], Gone(cluster));
        Assert.All(cluster.OwnersAsSeenBy("edge-1"), owner => Assert.Equal("core-1", owner));
    }

    [Fact]
    public void A_cut_that_is_over_within_the_lease_costs_nobody_his_place()
    {
        var cluster = Begin();

        Block(cluster, "edge-1", "core-1");
        cluster.Advance(3);
        cluster.Network.Unblock(IdOf(cluster, "edge-1"), IdOf(cluster, "core-1"));
        cluster.Advance(7);

        Assert.Empty(Gone(cluster));
    }

    [Fact]
    public void A_core_that_dies_while_the_database_is_away_takes_no_edge_with_it()
    {
        var cluster = Begin();

        cluster.Database.IsDown = true;
        cluster["core-1"].Crash();
        cluster.Advance(10);
        cluster.Database.IsDown = false;
        cluster.Advance(10);

        Assert.DoesNotContain(Gone(cluster), node => node.StartsWith("edge", StringComparison.Ordinal));
    }

    private static CounterCluster Begin(int cores = 2)
    {
        var cluster = new CounterCluster(seed: 1, cores, edges: 2);
        cluster.Advance(5);
        return cluster;
    }

    private static void Block(CounterCluster cluster, string from, string to) => cluster.Network.Block(IdOf(cluster, from), IdOf(cluster, to));

    private static string IdOf(CounterCluster cluster, string node) => $"{cluster.Database.MemberOf(node)}";

    private static IEnumerable<string> Gone(CounterCluster cluster) => cluster.Nodes.Where(node => node.Died).Select(node => node.Name);
}
