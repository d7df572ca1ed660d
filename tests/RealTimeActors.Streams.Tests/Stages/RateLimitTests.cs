using RealTimeActors.Streams.Tests.Support;

namespace RealTimeActors.Streams.Tests.Stages;

public sealed class RateLimitTests
{
    private readonly ShapedStream _stream = new(new ShapeSettings { MaxPerSecond = 2 });

    [Fact]
    public void What_exceeds_waits_until_the_window_has_passed()
    {
        _stream.Push();
        _stream.Push();
        _stream.Push();

        Assert.Equal([1, 2], _stream.Pull());
        Assert.Equal(1_050, _stream.DueInMs);

        _stream.Advance(1_049);
        Assert.Empty(_stream.Pull());

        _stream.Advance(1);
        Assert.Equal([3], _stream.Pull());
        Assert.Equal(0, _stream.LeftOut.LeftOut);
    }

    [Fact]
    public void Counts_a_window_from_wherever_it_begins()
    {
        _stream.Push();
        Assert.Equal([1], _stream.Pull());

        _stream.Advance(600);
        _stream.Push();
        _stream.Push();
        Assert.Equal([2], _stream.Pull());

        _stream.Advance(450);
        Assert.Equal([3], _stream.Pull());

        _stream.Push();
        _stream.Advance(599);
        Assert.Empty(_stream.Pull());

        _stream.Advance(1);
        Assert.Equal([4], _stream.Pull());
    }

    [Fact]
    public void Critical_ones_do_not_wait_but_count()
    {
        _stream.Push(lane: Lanes.Critical);
        _stream.Push(lane: Lanes.Critical);
        _stream.Push(lane: Lanes.Critical);
        _stream.Push();

        Assert.Equal([1, 2, 3], _stream.Pull());
        Assert.Equal(1_050, _stream.DueInMs);
    }

    [Fact]
    public void After_a_long_silence_nothing_is_remembered()
    {
        _stream.Push();
        _stream.Push();
        _stream.Pull();
        _stream.Advance(1_000_000);
        _stream.Push();
        _stream.Push();

        Assert.Equal([3, 4], _stream.Pull());
    }

    [Fact]
    public void More_in_one_bucket_than_may_leave_still_counts_in_full()
    {
        for (var i = 0; i < 6; i++)
            _stream.Push(lane: Lanes.Critical);

        _stream.Pull();
        _stream.Push();
        _stream.Advance(1_000);
        Assert.Empty(_stream.Pull());

        _stream.Advance(50);
        Assert.Equal([7], _stream.Pull());
    }
}
