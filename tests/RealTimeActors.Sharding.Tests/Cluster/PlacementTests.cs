using RealTimeActors.Sharding.Cluster;

namespace RealTimeActors.Sharding.Tests.Cluster;

public sealed class PlacementTests
{
    private const int Shards = 4_096;

    [Fact]
    public void Without_a_node_nobody_has_a_shard() => Assert.Null(Placement.OwnerOf(3, []));

    /// <summary>Written down: another version that places otherwise would move everything during a rolling upgrade.</summary>
    [Fact]
    public void Shards_are_placed_as_they_always_were()
        => Assert.Equal("aabcacaaabaaaccaababbccbbbabcbbb", string.Concat(Enumerable.Range(0, 32).Select(shard => Placement.OwnerOf(shard, Even("a", "b", "c")))));

    [Fact]
    public void Nodes_of_the_same_weight_get_about_as_many()
    {
        var counts = Counts(Even("n1", "n2", "n3", "n4"));

        Assert.All(counts.Values, count => Assert.InRange(count, 940, 1_110));
    }

    [Fact]
    public void A_node_of_half_the_weight_gets_half_as_many()
    {
        var counts = Counts([("n1", 1), ("n2", 1), ("n3", 0.5)]);

        Assert.InRange(counts["n3"] / (double)counts["n1"], 0.44, 0.56);
    }

    [Fact]
    public void When_a_node_comes_shards_move_to_it_and_nowhere_else()
    {
        foreach (var shard in Enumerable.Range(0, Shards))
        {
            var (before, after) = (Placement.OwnerOf(shard, Even("n1", "n2", "n3")), Placement.OwnerOf(shard, Even("n1", "n2", "n3", "n4")));
            Assert.True(before == after || after == "n4");
        }
    }

    [Fact]
    public void When_a_node_gets_lighter_shards_leave_it_and_no_other()
    {
        foreach (var shard in Enumerable.Range(0, Shards))
        {
            var (before, after) = (Placement.OwnerOf(shard, Even("n1", "n2", "n3")), Placement.OwnerOf(shard, [("n1", 1), ("n2", 0.75), ("n3", 1)]));
            Assert.True(before == after || before == "n2");
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.1, 1)]
    [InlineData(0.5, 0.75)]
    [InlineData(1, 0.5)]
    [InlineData(7, 0.5)]
    public void A_busy_node_weighs_less(double load, double weight) => Assert.Equal(weight, Placement.WeightOf(load));

    private static (string, double)[] Even(params string[] nodes) => [.. nodes.Select(node => (node, 1.0))];

    private static Dictionary<string, int> Counts((string, double)[] nodes) =>
        Enumerable.Range(0, Shards).GroupBy(shard => Placement.OwnerOf(shard, nodes)!).ToDictionary(group => group.Key, group => group.Count());
}
