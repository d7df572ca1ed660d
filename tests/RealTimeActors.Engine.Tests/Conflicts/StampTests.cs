using RealTimeActors.Engine.Conflicts;

namespace RealTimeActors.Engine.Tests.Conflicts;

public sealed class StampTests
{
    [Fact]
    public void The_clock_counts_then_the_counter_then_who_and_last_the_number_of_the_mutation()
    {
        Stamp[] inOrder =
        [
            new(1, 5, "z", "z", "z", 9),
            new(2, 0, "z", "z", "z", 9),
            new(2, 1, "a", "z", "z", 9),
            new(2, 1, "b", "a", "z", 9),
            new(2, 1, "b", "b", "", 9),
            new(2, 1, "b", "b", "p:1b", 9),
            new(2, 1, "b", "b", "p:9", 9),
            new(2, 1, "b", "b", "p:10", 9),
            new(2, 1, "b", "b", "p:010", 9),
        ];

        // Of a number that is written in two ways, the plain order of the text counts; of p: and p:1b, the part before the number.
        var sorted = inOrder.Reverse().Order().ToArray();

        Assert.Equal(["z", "z", "z", "z", "", "p:9", "p:010", "p:10", "p:1b"], sorted.Select(stamp => stamp.MutationId));
        Assert.Equal(inOrder[..5], sorted[..5]);
    }

    [Fact]
    public void The_version_is_no_part_of_the_order() => Assert.Equal(0, new Stamp(1, 0, "u", "s", "m", 1).CompareTo(new Stamp(1, 0, "u", "s", "m", 2)));
}
