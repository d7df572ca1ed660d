using RealTimeActors.Dispatch;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Actors.Tests.Entropy;

public sealed class SeededEntropyTests
{
    [Fact]
    public void The_stream_of_a_seed_is_written_in_stone()
    {
        // From an implementation in another language. Changing these bytes makes every recorded seed worthless.
        Assert.Equal("f20841dae8978a022bd35b26", Draw(new SeededEntropy(1)));
        Assert.Equal("2ceaf65054125c0e671c215c", Draw(new SeededEntropy(1).Fork("disk")));
    }

    [Fact]
    public void A_fork_does_not_depend_on_what_was_drawn_before()
    {
        var fresh = new SeededEntropy(7);
        var used = new SeededEntropy(7);
        Draw(used);

        Assert.Equal(Draw(fresh.Fork("a").Fork("b")), Draw(used.Fork("a").Fork("b")));
    }

    [Fact]
    public void Labels_and_seeds_give_streams_of_their_own()
    {
        var root = new SeededEntropy(7);
        var streams = new[] { root, root.Fork("a"), root.Fork("b"), root.Fork("a").Fork("b"), new SeededEntropy(8) };

        Assert.Equal(5, streams.Select(Draw).Distinct().Count());
    }

    [Fact]
    public void Numbers_stay_below_their_bound_and_reach_all_of_it()
    {
        var numbers = new SeededEntropy(1).Numbers;
        var counts = new int[6];

        for (var i = 0; i < 60_000; i++)
            counts[numbers.Below(6)]++;

        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
    }

    [Fact]
    public void The_systems_chance_does_not_repeat()
    {
        var first = new byte[16];
        var second = new byte[16];

        SystemEntropy.Instance.Fill(first);
        SystemEntropy.Instance.Fork("x").Fill(second);

        Assert.NotEqual(first, second);
    }

    private static string Draw(SeededEntropy entropy)
    {
        var bytes = new byte[12];
        entropy.Fill(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
