namespace RealTimeActors.Sharding.Tests.Cluster;

/// <summary>Nodes that all reach the database, and not each other: one side goes, so that no client is refused for as long as it lasts.</summary>
public sealed class CutOffTests
{
    // Half a second longer than the cut is to cost a publisher at most where links find silence within a second: here they do after one and a half.
    private const double Seconds = 4;

    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(1, 20).Select(seed => (ulong)seed)];

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

    [Theory]
    [InlineData("core-1")]
    [InlineData("edge-2")]
    public void Who_does_not_reach_the_database_hears_from_the_others_that_it_is_not_a_member_any_more(string node)
    {
        var cluster = Begin();

        cluster[node].Access.IsCut = true;
        cluster.Advance(3.2);

        Assert.Equal([node], Gone(cluster));
        Assert.Contains("does not find it in the table of nodes", cluster[node].WhyDied, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("core-1")]
    [InlineData("edge-2")]
    public void Who_reaches_neither_the_database_nor_another_node_keeps_no_client_for_longer_than_a_lease(string node)
    {
        var cluster = Begin();

        Isolate(cluster, node);
        cluster.Advance(3.5);

        Assert.Equal([node], Gone(cluster));
        Assert.Contains("neither the database nor another node", cluster[node].WhyDied, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Nobody_goes_because_the_database_was_away_for_all(ulong seed)
    {
        var cluster = Begin(seed: seed);

        cluster.Database.IsDown = true;
        cluster.Advance(4 + (seed * 0.1));
        cluster.Network.Cut(IdOf(cluster, "core-1"), IdOf(cluster, "core-2"));
        cluster.Network.Cut(IdOf(cluster, "core-1"), IdOf(cluster, "edge-1"));
        cluster.Network.Cut(IdOf(cluster, "core-1"), IdOf(cluster, "edge-2"));
        cluster.Advance(4);
        cluster["core-2"].Access.IsCut = true;
        cluster.Database.IsDown = false;
        cluster.Advance(2);
        cluster["core-2"].Access.IsCut = false;
        cluster.Advance(5);

        Assert.Empty(Gone(cluster));
        Assert.All(cluster.OwnersAsSeenBy("edge-1"), owner => Assert.StartsWith("core-", owner, StringComparison.Ordinal));
    }

    [Fact]
    public void Who_died_while_the_database_was_away_is_found_dead_when_it_is_back()
    {
        var cluster = Begin(cores: 3);

        cluster.Database.IsDown = true;
        cluster.Advance(1);
        Isolate(cluster, "core-1");
        cluster.Advance(5);
        cluster.Database.IsDown = false;
        cluster.Advance(4);

        Assert.Equal(["core-1"], Gone(cluster));
        Assert.DoesNotContain("core-1", cluster.OwnersAsSeenBy("edge-1"));
    }

    private static CounterCluster Begin(int cores = 2, int edges = 2, ulong seed = 1)
    {
        var cluster = new CounterCluster(seed, cores, edges);
        cluster.Advance(5);
        return cluster;
    }

    private static void Block(CounterCluster cluster, string from, string to) => cluster.Network.Block(IdOf(cluster, from), IdOf(cluster, to));

    private static void Isolate(CounterCluster cluster, string node)
    {
        cluster[node].Access.IsCut = true;
        foreach (var other in cluster.Nodes.Where(other => other.Name != node))
        {
            Block(cluster, node, other.Name);
            Block(cluster, other.Name, node);
        }
    }

    private static string IdOf(CounterCluster cluster, string node) => $"{cluster.Database.MemberOf(node)}";

    private static IEnumerable<string> Gone(CounterCluster cluster) => cluster.Nodes.Where(node => node.Died).Select(node => node.Name);
}
