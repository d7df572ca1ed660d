namespace RealTimeActors.Sharding.Tests.Cluster;

/// <summary>Nodes that all reach the database, and not each other: one side goes, so that no client is refused for as long as it lasts.</summary>
public sealed class CutOffTests
{
    // Half a second longer than the cut is to cost a publisher at most where links find silence within a second: here they do after one and a half.
    private const double Seconds = 4;

    [Theory]
    [InlineData("edge-1", "core-1")]
    [InlineData("core-1", "edge-1")]
    public void An_edge_whose_way_to_a_core_is_cut_goes_and_its_clients_find_another(string from, string to)
    {
        var cluster = Begin();

        Block(cluster, from, to);
        cluster.Advance(Seconds);

        Assert.Equal(["edge-1"], Gone(cluster));
    }

    [Fact]
    public void A_core_that_no_edge_reaches_goes_before_they_do_and_another_has_its_shards()
    {
        var cluster = Begin(cores: 4);

        Block(cluster, "core-1", "edge-1");
        Block(cluster, "core-1", "edge-2");
        cluster.Advance(Seconds);

        Assert.Equal(["core-1"], Gone(cluster));
        Assert.DoesNotContain("core-1", cluster.OwnersAsSeenBy("edge-1"));
    }

    [Fact]
    public void A_node_that_reaches_no_other_goes_alone()
    {
        var cluster = Begin();

        foreach (var other in (string[])["core-2", "edge-1", "edge-2"])
            Block(cluster, "core-1", other);
        cluster.Advance(Seconds);

        Assert.Equal(["core-1"], Gone(cluster));
    }

    [Fact]
    public void Of_two_halves_one_stays()
    {
        var cluster = Begin();

        foreach (var (one, other) in (IEnumerable<(string, string)>)[("core-1", "core-2"), ("core-1", "edge-2"), ("edge-1", "core-2"), ("edge-1", "edge-2")])
            Block(cluster, one, other);
        cluster.Advance(Seconds);

        Assert.Equal(["core-2", "edge-2"], Gone(cluster));
        Assert.All(cluster.OwnersAsSeenBy("edge-1"), owner => Assert.Equal("core-1", owner));
    }

    [Fact]
    public void Of_two_cores_that_lose_only_each_other_the_one_with_the_later_name_goes()
    {
        var cluster = Begin(cores: 3);

        Block(cluster, "core-1", "core-2");
        cluster.Advance(Seconds);

        Assert.Equal(["core-2"], Gone(cluster));
        Assert.DoesNotContain("core-2", cluster.OwnersAsSeenBy("core-1"));
    }

    [Fact]
    public void A_core_that_has_lost_several_others_goes_before_they_do()
    {
        var cluster = Begin(cores: 5);

        Block(cluster, "core-1", "core-3");
        Block(cluster, "core-4", "core-1");
        cluster.Advance(Seconds);

        Assert.Equal(["core-1"], Gone(cluster));
    }

    [Fact]
    public void A_core_whose_way_to_the_only_edge_is_cut_goes_and_another_has_its_shards()
    {
        var cluster = Begin(edges: 1);

        Block(cluster, "edge-1", "core-2");
        cluster.Advance(Seconds);

        Assert.Equal(["core-2"], Gone(cluster));
        Assert.All(cluster.OwnersAsSeenBy("edge-1"), owner => Assert.Equal("core-1", owner));
    }

    [Fact]
    public void A_cut_that_is_soon_over_costs_nobody_his_place()
    {
        var cluster = Begin();

        Block(cluster, "edge-1", "core-1");
        cluster.Advance(1.7);
        cluster.Network.Unblock(IdOf(cluster, "edge-1"), IdOf(cluster, "core-1"));
        cluster.Advance(7);

        Assert.Empty(Gone(cluster));
    }

    [Theory]
    [InlineData(2.4)]
    [InlineData(8)]
    public void A_core_that_reaches_nobody_takes_no_other_node_with_it(double seconds)
    {
        var cluster = Begin();
        var others = ((string[])["core-2", "edge-1", "edge-2"]).Select(name => IdOf(cluster, name)).ToList();
        var alone = IdOf(cluster, "core-1");

        cluster["core-1"].Access.IsCut = true;
        foreach (var other in others)
        {
            cluster.Network.Block(alone, other);
            cluster.Network.Block(other, alone);
        }

        cluster.Advance(seconds);
        cluster["core-1"].Access.IsCut = false;
        foreach (var other in others)
        {
            cluster.Network.Unblock(alone, other);
            cluster.Network.Unblock(other, alone);
        }

        cluster.Advance(7);

        Assert.Equal(seconds > 3 ? ["core-1"] : [], Gone(cluster));
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

    private static CounterCluster Begin(int cores = 2, int edges = 2)
    {
        var cluster = new CounterCluster(seed: 1, cores, edges);
        cluster.Advance(5);
        return cluster;
    }

    private static void Block(CounterCluster cluster, string from, string to) => cluster.Network.Block(IdOf(cluster, from), IdOf(cluster, to));

    private static string IdOf(CounterCluster cluster, string node) => $"{cluster.Database.MemberOf(node)}";

    private static IEnumerable<string> Gone(CounterCluster cluster) => cluster.Nodes.Where(node => node.Died).Select(node => node.Name);
}
