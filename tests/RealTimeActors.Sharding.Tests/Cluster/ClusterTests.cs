using RealTimeActors.Sharding.Cluster;

namespace RealTimeActors.Sharding.Tests.Cluster;

public sealed class ClusterTests
{
    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(1, 60).Select(seed => (ulong)seed)];

    [Fact]
    public void Nodes_that_begin_find_each_other_and_share_the_shards_out()
    {
        var cluster = new CounterCluster(seed: 1);
        cluster.Advance(5);

        var owners = cluster.OwnersAsSeenBy("edge-1");
        Assert.All(owners, owner => Assert.StartsWith("core-", owner, StringComparison.Ordinal));
        Assert.Equal(3, owners.Distinct().Count());
        foreach (var node in cluster.Nodes)
            Assert.Equal(owners, cluster.OwnersAsSeenBy(node.Name));
    }

    [Fact]
    public void What_is_asked_on_any_node_is_answered_by_the_one_that_has_the_shard()
    {
        var cluster = new CounterCluster(seed: 2);
        cluster.Advance(5);
        for (var i = 0; i < 400; i++)
            cluster.Add(i % 2 == 0 ? "edge-1" : "core-2", $"c{i % 40}");

        cluster.Advance(1);

        Assert.Equal(400, cluster.Acknowledged);
        Assert.Empty(cluster.Wrong);
        Assert.All(Enumerable.Range(0, 40), i => Assert.Equal(10, cluster.HighestOf($"c{i}")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void When_a_node_is_killed_the_others_have_its_shards_within_a_second(ulong seed)
    {
        var cluster = new CounterCluster(seed);
        cluster.Advance(5);
        cluster["core-1"].Crash();
        for (var i = 0; i < 100; i++)
        {
            cluster.Add("edge-1", $"c{i}");
            cluster.Advance(0.01);
        }

        cluster.Advance(1);

        Assert.DoesNotContain("core-1", cluster.OwnersAsSeenBy("edge-1"));
        Assert.Equal(0, cluster.OpenFor(1));
        Assert.Empty(cluster.Wrong);
        Assert.True(cluster.Acknowledged >= 90, cluster.Told());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_node_that_drains_hands_its_shards_over_and_nobody_gets_an_error(ulong seed)
    {
        var cluster = new CounterCluster(seed);
        cluster.Advance(5);
        cluster["core-2"].Order(new ClusterOrder.Drain());
        for (var i = 0; i < 3_000; i++)
        {
            cluster.Add(i % 3 == 0 ? "core-2" : "edge-1", $"c{i % 100}");
            cluster.Advance(0.001);
        }

        cluster.Advance(1);

        Assert.DoesNotContain("core-2", cluster.OwnersAsSeenBy("edge-1"));
        Assert.True(cluster.Acknowledged == 3_000, cluster.Told());
        Assert.Empty(cluster.Wrong);
        var slowest = cluster.Latencies.Order().ElementAt((int)(cluster.Latencies.Count * 0.99));
        Assert.True(slowest < TimeSpan.FromMilliseconds(150), $"p99 {slowest.TotalMilliseconds} ms");
    }

    [Fact]
    public void A_shard_that_an_operator_moves_stays_where_he_wants_it_until_that_node_ends()
    {
        var cluster = new CounterCluster(seed: 7);
        cluster.Advance(5);
        var owners = cluster.OwnersAsSeenBy("edge-1");
        var shard = owners.ToList().IndexOf("core-1");

        cluster["core-1"].Order(new ClusterOrder.Move(shard, "core-2"));
        cluster.Advance(10);
        Assert.Equal("core-2", cluster.OwnersAsSeenBy("edge-1")[shard]);

        cluster["core-2"].Crash();
        cluster.Advance(5);
        Assert.Equal("core-1", cluster.OwnersAsSeenBy("edge-1")[shard]);
    }

    [Fact]
    public void Who_has_a_shard_again_says_so_although_it_has_not_heard_yet_that_it_gave_it_back_before()
    {
        var cluster = new CounterCluster(seed: 7, cores: 2);
        cluster.Advance(5);
        var shard = cluster.OwnersAsSeenBy("edge-1").ToList().IndexOf("core-1");
        var (core, edge) = ($"{cluster.Database.MemberOf("core-1")}", $"{cluster.Database.MemberOf("edge-1")}");
        var before = cluster["core-1"].Standing()!.Shards[shard]!.Value.Epoch;

        // The lease is given back; that it was is not told for a long time.
        var access = cluster["core-1"].Access;
        (access.LostAnswerChance, access.GiveUpAfter) = (1, TimeSpan.FromMinutes(1));
        cluster["core-1"].Order(new ClusterOrder.Move(shard, "core-2"));
        cluster.Advance(0.05);
        (access.LostAnswerChance, access.GiveUpAfter) = (0, TimeSpan.FromSeconds(0.5));
        cluster.Advance(6);
        Assert.True(cluster.Database.OwnerOf(shard)?.Node == "core-1" && cluster["core-1"].Standing()!.Shards[shard]!.Value.Epoch > before, "core-1 was expected to have taken the shard again.");

        cluster.Network.Cut(core, edge);
        cluster.Advance(1);
        var counter = Enumerable.Range(0, 1_000).Select(number => $"counter-{number}").First(name => ShardMap.ShardOf(name, CounterCluster.Shards) == shard);
        cluster.Add("edge-1", counter);
        cluster.Advance(1);

        Assert.Equal(1, cluster.Acknowledged);
    }

    [Fact]
    public void A_shard_that_was_given_back_for_a_node_whose_link_broke_meanwhile_is_not_left_alone()
    {
        var cluster = new CounterCluster(seed: 7);
        cluster.Advance(5);
        var shard = cluster.OwnersAsSeenBy("edge-1").ToList().IndexOf("core-1");
        var (one, other) = ($"{cluster.Database.MemberOf("core-1")}", $"{cluster.Database.MemberOf("core-2")}");
        cluster["core-1"].Access.LatencyMax = TimeSpan.FromMilliseconds(50);

        cluster["core-1"].Order(new ClusterOrder.Move(shard, "core-2"));
        cluster.Advance(0.01);
        cluster.Network.Cut(one, other);
        cluster.Network.Block(one, other);
        cluster.Network.Block(other, one);
        cluster.Advance(0.5);

        Assert.NotNull(cluster.Database.OwnerOf(shard));
    }

    [Fact]
    public void A_shard_is_not_given_back_for_a_node_that_is_going_to_leave()
    {
        var cluster = new CounterCluster(seed: 7);
        cluster.Advance(5);
        var shard = cluster.OwnersAsSeenBy("edge-1").ToList().IndexOf("core-1");
        cluster["core-2"].Order(new ClusterOrder.Drain());
        cluster.Advance(3);

        cluster["core-1"].Order(new ClusterOrder.Move(shard, "core-2"));
        cluster.Advance(1);

        Assert.Equal("core-1", cluster.Database.OwnerOf(shard)?.Node);
    }

    [Fact]
    public void A_node_that_comes_gets_its_share_bit_by_bit_without_an_error()
    {
        var cluster = new CounterCluster(seed: 4);
        cluster.Advance(5);
        cluster.Start("core-4");
        for (var i = 0; i < 6_000; i++)
        {
            cluster.Add("edge-1", $"c{i % 100}");
            cluster.Advance(0.001);
        }

        cluster.Advance(1);

        Assert.Contains("core-4", cluster.OwnersAsSeenBy("edge-1"));
        Assert.True(cluster.Acknowledged == 6_000, cluster.Told());
        Assert.Empty(cluster.Wrong);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_node_that_comes_while_shards_move_gets_no_error(ulong seed)
    {
        var cluster = new CounterCluster(seed, edges: 0);
        cluster.Advance(5);
        for (var edge = 1; edge <= 6; edge++)
        {
            cluster.Start($"edge-{edge}");
            for (var i = 0; i < 300; i++)
            {
                foreach (var core in new[] { "core-1", "core-2", "core-3" })
                    cluster[core].Order(new ClusterOrder.Move(i % CounterCluster.Shards, $"core-{1 + (i % 3)}"));

                cluster.Add($"edge-{edge}", $"c{i % 100}");
                cluster.Advance(0.001);
            }
        }

        cluster.Advance(2);

        Assert.True(cluster.Acknowledged == 1_800, $"{cluster.Told()} {cluster.Open()}");
        Assert.Empty(cluster.Wrong);
    }

    [Fact]
    public void A_node_that_is_cut_off_from_the_database_lets_go_before_another_takes_over()
    {
        var cluster = new CounterCluster(seed: 5);
        cluster.Advance(5);
        cluster["core-1"].Access.IsCut = true;
        for (var i = 0; i < 1_000; i++)
        {
            cluster.Add("edge-1", $"c{i % 100}");
            cluster.Advance(0.006);
        }

        cluster.Advance(5);

        Assert.DoesNotContain("core-1", cluster.OwnersAsSeenBy("edge-1"));
        Assert.Equal(0, cluster.OpenFor(5));
        Assert.Empty(cluster.Wrong);
        cluster["core-1"].Access.IsCut = false;
        cluster.Advance(2);
        Assert.True(cluster["core-1"].Died);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whatever_happens_nothing_that_was_acknowledged_is_forgotten_or_counted_twice_and_it_heals(ulong seed)
    {
        var cluster = new CounterCluster(seed, cores: 4, edges: 2);
        var chance = cluster.World.Entropy.Fork("faults").Numbers;
        cluster.Advance(5);
        for (var i = 0; i < 3_000; i++)
        {
            cluster.Add($"edge-{1 + (i % 2)}", $"c{chance.Below(50)}");
            cluster.Advance(0.01);
            Disturb(cluster, chance, i);
        }

        cluster.Database.IsDown = false;
        foreach (var node in cluster.Nodes)
        {
            (node.Access.IsCut, node.Access.LostAnswerChance) = (false, 0);
            foreach (var other in cluster.Nodes)
                cluster.Network.Unblock($"{cluster.Database.MemberOf(node.Name)}", $"{cluster.Database.MemberOf(other.Name)}");
        }

        cluster.Advance(8);
        foreach (var node in cluster.Nodes.Where(node => node.Died || !node.IsRunning).ToArray())
            Restart(cluster, node);

        cluster.Advance(8);
        Assert.True(cluster.OpenFor(7) == 0, cluster.Open());
        var before = Enumerable.Range(0, 50).Select(i => cluster.HighestOf($"c{i}")).ToArray();
        for (var i = 0; i < 50; i++)
            cluster.Add("edge-1", $"c{i}");

        cluster.Advance(3);

        Assert.Empty(cluster.Wrong);
        Assert.Equal(0, cluster.OpenFor(2));
        for (var i = 0; i < 50; i++)
            Assert.True(cluster.HighestOf($"c{i}") > before[i], $"c{i}: {before[i]} before, {cluster.HighestOf($"c{i}")} after");

        Assert.True(cluster.Acknowledged > 1_500, cluster.Told());
    }

    private static void Disturb(CounterCluster cluster, TestKit.Entropy.Xoshiro256 chance, int step)
    {
        var cores = cluster.Nodes.Where(node => node.Name.StartsWith("core", StringComparison.Ordinal)).ToArray();
        var one = cores[chance.Below(cores.Length)];
        var other = cores[chance.Below(cores.Length)];
        if ((one.Died || !one.IsRunning) && chance.OneIn(30))
            Restart(cluster, one);

        // Nothing lasts for ever.
        if (one.Access.IsCut && chance.OneIn(50))
            one.Access.IsCut = false;

        if (cluster.Database.IsDown && chance.OneIn(100))
            cluster.Database.IsDown = false;

        if (chance.OneIn(20))
            cluster.Network.Unblock($"{cluster.Database.MemberOf(one.Name)}", $"{cluster.Database.MemberOf(other.Name)}");

        switch (chance.Below(2_000))
        {
            case < 4 when one.IsRunning:
                one.Crash();
                break;
            case < 8:
                one.Access.IsCut = true;
                break;
            case < 12:
                one.Access.LostAnswerChance = one.Access.LostAnswerChance > 0 ? 0 : 0.2;
                break;
            case < 22:
                cluster.Network.Cut($"{cluster.Database.MemberOf(one.Name)}", $"{cluster.Database.MemberOf(other.Name)}");
                break;
            case < 26:
                cluster.Network.Block($"{cluster.Database.MemberOf(one.Name)}", $"{cluster.Database.MemberOf(other.Name)}");
                break;
            case < 28:
                cluster.Database.IsDown = true;
                break;
            case < 38:
                one.Order(new ClusterOrder.Move(step % CounterCluster.Shards, other.Name));
                break;
        }
    }

    private static void Restart(CounterCluster cluster, CounterNode node)
    {
        if (node.IsRunning)
            node.Crash();

        cluster.Forget(node.Name);
        cluster.Start(node.Name);
    }
}
