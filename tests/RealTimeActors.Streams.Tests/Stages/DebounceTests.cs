using RealTimeActors.Streams.Tests.Support;

namespace RealTimeActors.Streams.Tests.Stages;

public sealed class DebounceTests
{
    private static readonly ShapeSettings _quietFor100 = new() { DebounceMs = 100, Immediate = ["alarm"] };

    [Fact]
    public void The_last_one_leaves_when_it_has_been_quiet_for_long_enough()
    {
        var stream = new ShapedStream(_quietFor100);

        stream.Push();
        stream.Advance(60);
        stream.Push();
        stream.Advance(99);

        Assert.Empty(stream.Pull());
        Assert.Equal(1, stream.DueInMs);

        stream.Advance(1);

        Assert.Equal([2], stream.Pull());
        Assert.Equal(new ShapeCounts(1, 0, 0), stream.LeftOut);
        Assert.Null(stream.DueInMs);
    }

    [Fact]
    public void A_stream_that_is_never_quiet_lets_one_out_after_ten_times_the_quiet_time()
    {
        var stream = new ShapedStream(_quietFor100);

        for (var i = 0; i < 100; i++)
        {
            stream.Push();
            stream.Advance(10);
            if (i < 99)
                Assert.Empty(stream.Pull());
        }

        Assert.Equal([100], stream.Pull());
    }

    [Fact]
    public void The_longest_wait_counts_from_the_first_since_one_was_let_out()
    {
        var stream = new ShapedStream(_quietFor100 with { DebounceMaxMs = 150 });

        stream.Push();
        stream.Advance(100);
        Assert.Equal([1], stream.Pull());

        stream.Advance(1_000);
        stream.Push();
        stream.Advance(90);
        stream.Push();
        stream.Advance(59);
        Assert.Empty(stream.Pull());

        stream.Advance(1);
        Assert.Equal([3], stream.Pull());
    }

    [Fact]
    public void A_type_that_is_wanted_at_once_passes_and_leaves_the_waiting_one_where_it_is()
    {
        var stream = new ShapedStream(_quietFor100);

        stream.Push();
        stream.Advance(50);
        stream.Push(type: "alarm");

        Assert.Equal([2], stream.Pull());
        Assert.Equal(50, stream.DueInMs);

        stream.Advance(50);
        Assert.Equal([1], stream.Pull());
    }

    [Fact]
    public void Keys_are_quiet_each_for_itself_where_conflation_goes_by_key()
    {
        var stream = new ShapedStream(_quietFor100 with { Conflate = Conflation.Key });

        stream.Push("a");
        stream.Advance(50);
        stream.Push("b");
        stream.Push();
        stream.Advance(25);
        stream.Push("b");
        stream.Advance(25);

        Assert.Equal([1], stream.Pull());

        stream.Advance(50);
        Assert.Equal([3], stream.Pull());

        stream.Advance(25);
        Assert.Equal([4], stream.Pull());
        Assert.Equal(1, stream.LeftOut.Debounced);
    }

    [Fact]
    public void All_events_are_one_scope_where_conflation_does_not_go_by_key()
    {
        var stream = new ShapedStream(_quietFor100);

        stream.Push("a");
        stream.Push("b");
        stream.Advance(100);

        Assert.Equal([2], stream.Pull());
    }

    [Fact]
    public void An_older_one_that_another_lane_brings_late_is_left_out_itself()
    {
        var stream = new ShapedStream(_quietFor100);

        stream.PushOffset(7, lane: Lanes.Critical);
        stream.PushOffset(5, lane: Lanes.Normal);
        stream.Advance(100);

        Assert.Equal([7], stream.Pull());
        Assert.Equal(1, stream.LeftOut.Debounced);
    }

    [Fact]
    public void Critical_ones_are_debounced_as_all_are()
    {
        var stream = new ShapedStream(_quietFor100);

        stream.Push(lane: Lanes.Critical);

        Assert.Empty(stream.Pull());
    }

    [Fact]
    public void Who_looks_late_finds_what_left_at_its_own_time()
    {
        var stream = new ShapedStream(_quietFor100);

        stream.Push();
        stream.Advance(1_000);
        stream.Push();

        Assert.Equal([1], stream.Pull());
        Assert.Equal(0, stream.LeftOut.LeftOut);
    }
}
