using RealTimeActors.Actors;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding.Cluster;

namespace RealTimeActors.Sharding.Tests.Cluster;

/// <summary>Nodes that join where others are already and are not let in, as with another secret or messages of another shape: what they took nobody could reach.</summary>
public sealed class ApartTests
{
    private readonly CounterCluster _cluster = new(seed: 3, cores: 2, edges: 1);

    private readonly string[] _there = ["core-1", "core-2", "edge-1"];
    private long _newest = 3;

    public ApartTests() => _cluster.Advance(5);

    [Fact]
    public void A_node_that_none_of_the_others_lets_in_takes_no_shard_whoever_dies_and_says_why()
    {
        Start("core-3");
        _cluster.Advance(4);
        _cluster["core-2"].Crash();
        _cluster.Advance(5);

        Assert.All(_cluster.OwnersAsSeenBy("edge-1"), owner => Assert.Equal("core-1", owner));
        Assert.Equal(0, _cluster["core-3"].Figures.Shards);
        var waits = _cluster["core-3"].Waits;
        Assert.Equal([false, true], waits.Select(wait => wait.IsTrouble));
        Assert.Contains("core-1, core-2, edge-1", waits[0].Why, StringComparison.Ordinal);
        Assert.StartsWith("none of the other nodes lets it in (core-1, core-2, edge-1), and it takes neither shards nor clients", waits[1].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_took_before_it_knew_is_given_back()
    {
        Start("core-3");
        _cluster.Advance(0.5);
        _cluster["core-2"].Crash();
        _cluster.Advance(2);
        Assert.Contains("core-3", _cluster.OwnersAsSeenBy("core-3"));

        _cluster.Advance(3);

        Assert.All(_cluster.OwnersAsSeenBy("edge-1"), owner => Assert.Equal("core-1", owner));
    }

    [Fact]
    public void When_they_let_it_in_it_takes_its_share()
    {
        Start("core-3");
        _cluster.Advance(8);
        Unblock("core-3");
        _cluster.Advance(8);

        Assert.Contains("core-3", _cluster.OwnersAsSeenBy("edge-1"));
        Assert.Null(_cluster["core-3"].Waits[^1].Why);
    }

    [Fact]
    public void Of_several_that_only_know_each_other_none_takes_anything_until_the_others_have_gone_and_then_they_take_it_all()
    {
        Start("core-3");
        Start("core-4");
        _cluster.Advance(6);
        _cluster["core-2"].Crash();
        _cluster.Advance(5);
        Assert.All(_cluster.OwnersAsSeenBy("edge-1"), owner => Assert.Equal("core-1", owner));
        Assert.All((string[])["core-3", "core-4"], node => Assert.True(_cluster[node].Waits[^1].IsTrouble));

        _cluster["core-1"].Crash();
        _cluster["edge-1"].Crash();
        _cluster.Advance(8);

        Assert.Equal(["core-3", "core-4"], _cluster.OwnersAsSeenBy("core-3").Distinct().Order());
        Assert.All((string[])["core-3", "core-4"], node => Assert.Null(_cluster[node].Waits[^1].Why));
    }

    /// <summary>If it took its shards all the same, the cores that come next would find nobody but it, and go apart themselves.</summary>
    [Fact]
    public void An_edge_that_took_part_keeps_a_core_apart_that_it_does_not_let_in_though_no_other_core_is_left()
    {
        Start("core-3");
        _cluster.Advance(0.5);
        _cluster["core-1"].Crash();
        _cluster["core-2"].Crash();

        _cluster.Advance(20);
        Assert.Equal([false, true], _cluster["core-3"].Waits.Select(wait => wait.IsTrouble));

        _cluster.Start("core-1");
        _cluster.Advance(5);
        Assert.All(_cluster.OwnersAsSeenBy("edge-1"), owner => Assert.Equal("core-1", owner));
    }

    [Fact]
    public void A_link_with_one_who_is_new_himself_does_not_make_a_node_ready()
    {
        Start("core-3");
        Start("core-4");

        _cluster.Advance(2);

        Assert.Equal(1, _cluster["core-3"].Figures.Linked);
        Assert.Contains("it has no link with any of the other nodes yet (core-1, core-2, edge-1)", Assert.Single(_cluster["core-3"].Waits).Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void Who_is_let_in_at_once_waits_for_nothing_and_who_loses_all_links_later_or_soon_is_another_matter(double after)
    {
        _cluster.Start("core-3");
        _cluster.Advance(after);
        Assert.Equal([false, false], _cluster["core-3"].Waits.Select(wait => wait.IsTrouble));
        Assert.Null(_cluster["core-3"].Waits[^1].Why);

        foreach (var other in _there)
            Cut(IdOf("core-3"), IdOf(other));

        _cluster.Advance(8);
        Assert.Equal(2, _cluster["core-3"].Waits.Count);
    }

    [Fact]
    public void The_first_core_of_all_takes_part_at_once()
    {
        var cores = new CounterCluster(seed: 3, cores: 3, edges: 0);
        cores.Advance(5);
        var first = cores.Nodes.MinBy(node => cores.Database.MemberOf(node.Name)!.Value.Number)!;

        Assert.Null(Assert.Single(first.Waits).Why);
    }

    [Fact]
    public void Who_finds_its_name_taken_says_so()
    {
        var second = new CounterNode(_cluster, "core-2", isCore: true, place: "elsewhere");

        _cluster.Advance(5);
        Assert.False(Assert.Single(second.Waits).IsTrouble);

        _cluster.Advance(10);

        Assert.Equal([false, true], second.Waits.Select(wait => wait.IsTrouble));
        Assert.StartsWith("another node has its name, core-2: it joins when that one has ended", second.Waits[1].Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("edge-2", true)]
    [InlineData("core-3", false)]
    public void An_edge_that_is_slow_to_start_is_waited_for_and_a_core_that_may_have_shards_already_is_not(string node, bool isWaitedFor)
    {
        Start(node);
        _cluster.Advance(0.1);

        _cluster[node].Access.IsCut = true;
        _cluster.Advance(6);
        Assert.Equal(isWaitedFor, _cluster.Database.MemberOf(node) is not null);

        _cluster.Advance(4);
        Assert.Null(_cluster.Database.MemberOf(node));
    }

    [Fact]
    public void An_edge_that_takes_part_is_waited_for_no_longer_than_others()
    {
        _cluster.Start("edge-2");
        _cluster.Advance(2);
        Assert.Null(_cluster["edge-2"].Waits[^1].Why);

        _cluster["edge-2"].Access.IsCut = true;
        _cluster.Advance(4);
        Assert.Null(_cluster.Database.MemberOf("edge-2"));
    }

    [Fact]
    public void An_edge_that_starts_is_shown_as_one_until_it_is_let_in()
    {
        Start("edge-2");
        _cluster.Advance(1.5);

        Assert.Equal("it starts, and none of the nodes that were there before has let it in yet", _cluster["core-1"].Standing()!.Apart["edge-2"]);
        Assert.StartsWith("it has no link with any of the other nodes yet", _cluster["edge-2"].Standing()!.Apart["edge-2"], StringComparison.Ordinal);

        Unblock("edge-2");
        _cluster.Advance(8);

        Assert.All(_cluster.Nodes, node => Assert.Empty(node.Standing()!.Apart));
        Assert.Equal(["edge-2"], _cluster["edge-1"].Edges.Select(edge => edge.Node));
    }

    [Fact]
    public void An_edge_that_never_took_part_keeps_nobody_out_who_comes_after_it()
    {
        Start("edge-2");
        _cluster.Advance(0.6);

        // It stands in the table for three leases, and takes no call of those that it does not know.
        _cluster["edge-2"].Access.IsCut = true;
        foreach (var other in _there)
            _cluster[other].Crash();

        string[] later = ["core-3", "core-4", "edge-3"];
        foreach (var node in later)
            _cluster.Start(node);

        _cluster.Advance(5);

        Assert.NotNull(_cluster.Database.MemberOf("edge-2"));
        Assert.Equal(["core-3", "core-4"], _cluster.OwnersAsSeenBy("edge-3").Distinct().Order());
        Assert.All(later, node => Assert.Null(_cluster[node].Waits[^1].Why));
        Assert.All(later, node => Assert.DoesNotContain(_cluster[node].Waits, wait => wait.IsTrouble));
    }

    /// <summary>Both are over at about the same moment: the time in which it should have been let in, and the last sign of life of who should have let it in.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whose_sign_of_life_counts_no_more_keeps_nobody_out(int afterMs)
    {
        var cluster = new CounterCluster(seed: 3, cores: 1, edges: 0);
        cluster.Advance(5);
        while (cluster.Database.LongestSign < TimeSpan.FromSeconds(2.999))
            cluster.Advance(0.0005);

        cluster["core-1"].Access.IsCut = true;
        cluster.Advance(afterMs / 1_000.0);
        cluster.Start("core-2");
        cluster.Advance(8);

        Assert.Null(cluster.Database.MemberOf("core-1"));
        Assert.All(cluster.OwnersAsSeenBy("core-2"), owner => Assert.Equal("core-2", owner));
        Assert.DoesNotContain(cluster["core-2"].Waits, wait => wait.IsTrouble);
    }

    [Fact]
    public void Any_node_says_that_it_is_apart_and_why_and_not_that_it_was_drained()
    {
        Start("core-3");
        _cluster.Advance(8);

        Assert.All(_there, node => Assert.StartsWith("none of the nodes that were there before lets it in", _cluster[node].Standing()!.Apart["core-3"], StringComparison.Ordinal));
        Assert.StartsWith("none of the other nodes lets it in (core-1, core-2, edge-1)", _cluster["core-3"].Standing()!.Apart["core-3"], StringComparison.Ordinal);
        Assert.All((string[])["core-1", "edge-1", "core-3"], asked =>
        {
            Assert.StartsWith("core-3 was not drained: it is apart, and takes part by itself when that is over (none of", Refusal(asked, replyTo => new ClusterRequest.Undrain("core-3", replyTo)), StringComparison.Ordinal);
            Assert.StartsWith("core-3 need not be drained: it is apart", Refusal(asked, replyTo => new ClusterRequest.Drain("core-3", replyTo)), StringComparison.Ordinal);
            Assert.StartsWith("core-3 takes no shards: it is apart", Refusal(asked, replyTo => new ClusterRequest.Move(3, "core-3", replyTo)), StringComparison.Ordinal);
        });
        Assert.Equal(0, _cluster["core-3"].Drained);

        Unblock("core-3");
        _cluster.Advance(8);
        Assert.All(_cluster.Nodes, node => Assert.Empty(node.Standing()!.Apart));

        string Refusal(string asked, Func<IActorRef<ClusterAnswer>, ClusterRequest> make) => Assert.IsType<ClusterAnswer.Impossible>(_cluster[asked].Ask(make)).Message;
    }

    /// <summary>A node that those who are there do not let in.</summary>
    private void Start(string node)
    {
        // Lives of nodes are numbered one after the other.
        var id = new NodeIncarnation(node, ++_newest);
        foreach (var other in _there)
            Cut($"{id}", IdOf(other));

        _cluster.Start(node);
    }

    private string IdOf(string node) => $"{_cluster.Database.MemberOf(node)}";

    private void Cut(string one, string other)
    {
        _cluster.Network.Block(one, other);
        _cluster.Network.Block(other, one);
    }

    private void Unblock(string node)
    {
        foreach (var other in _there)
        {
            _cluster.Network.Unblock(IdOf(node), IdOf(other));
            _cluster.Network.Unblock(IdOf(other), IdOf(node));
        }
    }
}
