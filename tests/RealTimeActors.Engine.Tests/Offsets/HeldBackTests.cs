using RealTimeActors.Engine.Offsets;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Offsets;

public sealed class HeldBackTests
{
    [Fact]
    public void The_prefix_ends_before_what_is_held_and_the_rest_goes_ahead()
    {
        var (prefix, ahead) = HeldBack.From(10, [new OffsetRange(13, 15)], [5, 14]);

        Assert.Equal(4, prefix);
        Assert.Equal([new OffsetRange(6, 10), new OffsetRange(13, 13), new OffsetRange(15, 15)], ahead);
    }

    [Fact]
    public void Nothing_is_left_of_what_is_all_held()
    {
        var (prefix, ahead) = HeldBack.From(2, [new OffsetRange(4, 4)], [1, 2, 4]);

        Assert.Equal(0, prefix);
        Assert.Empty(ahead);
    }

    [Fact]
    public void What_is_not_acked_is_not_held()
    {
        var (prefix, ahead) = HeldBack.From(3, [], [4, 9]);

        Assert.Equal(3, prefix);
        Assert.Empty(ahead);
    }
}
