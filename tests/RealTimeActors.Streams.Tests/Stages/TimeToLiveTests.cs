using RealTimeActors.Streams.Tests.Support;

namespace RealTimeActors.Streams.Tests.Stages;

public sealed class TimeToLiveTests
{
    private readonly ShapedStream _stream = new(new ShapeSettings { BatchMs = 50 });

    [Fact]
    public void One_that_is_late_when_its_turn_comes_is_left_out_and_counted()
    {
        _stream.Push(liveMs: 50);
        _stream.Push(liveMs: 51);
        _stream.Advance(50);

        Assert.Equal([2], _stream.Pull());
        Assert.Equal(new ShapeCounts(0, 0, 1), _stream.LeftOut);
        Assert.Equal(0, _stream.HeldBytes);
    }

    [Fact]
    public void One_that_is_late_when_it_comes_replaces_nothing()
    {
        var stream = new ShapedStream(new ShapeSettings { Conflate = Conflation.Key });

        stream.Push("a");
        stream.Push("a", liveMs: -1);

        Assert.Equal([1], stream.Pull());
        Assert.Equal(new ShapeCounts(0, 0, 1), stream.LeftOut);
    }

    [Fact]
    public void One_that_is_late_counts_for_no_rate()
    {
        var stream = new ShapedStream(new ShapeSettings { MaxPerSecond = 1 });

        stream.Push(liveMs: 5);
        stream.Advance(5);
        stream.Push();

        Assert.Equal([2], stream.Pull());
    }
}
