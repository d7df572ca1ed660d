using RealTimeActors.Streams.Tests.Support;

namespace RealTimeActors.Streams.Tests.Stages;

public sealed class InOrderTests
{
    private static readonly ShapeSettings _inOrder = new() { InOrder = true, DebounceMs = 100, Immediate = ["alarm"], Conflate = Conflation.Key };

    [Fact]
    public void Everything_is_in_one_lane_whatever_it_would_be_in_otherwise()
    {
        var stream = new ShapedStream(new ShapeSettings { InOrder = true, MaxPerSecond = 10 });

        stream.Push(lane: Lanes.Low);
        stream.Push(lane: Lanes.Critical);

        Assert.False(stream.TryPeek(Lanes.Critical, out _));
        Assert.Equal([1, 2], stream.Pull());
    }

    [Fact]
    public void One_that_is_wanted_at_once_waits_for_the_older_ones_that_are_held()
    {
        var stream = new ShapedStream(_inOrder);

        stream.Push("a");
        stream.Advance(40);
        stream.Push("b", type: "alarm");

        Assert.Empty(stream.Pull());
        Assert.Equal(60, stream.DueInMs);

        stream.Advance(60);
        Assert.Equal([1, 2], stream.Pull());
    }

    [Fact]
    public void One_that_is_wanted_at_once_does_not_wait_for_younger_ones()
    {
        var stream = new ShapedStream(_inOrder);

        stream.Push("a", type: "alarm");
        stream.Push("b");

        Assert.Equal([1], stream.Pull());
    }

    [Fact]
    public void An_offset_that_is_not_above_the_last_is_a_fault_of_the_caller()
    {
        var stream = new ShapedStream(_inOrder);
        stream.PushOffset(7);

        var fault = Assert.Throws<InvalidOperationException>(() => stream.PushOffset(7));

        Assert.Contains("7", fault.Message, StringComparison.Ordinal);
    }
}
