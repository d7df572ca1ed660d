using RealTimeActors.Streams.Tests.Support;

namespace RealTimeActors.Streams.Tests;

public sealed class ShaperTests
{
    private static readonly ShapeSettings _nothing = new();

    [Fact]
    public void Where_nothing_is_asked_for_everything_leaves_as_it_came()
    {
        var stream = new ShapedStream(_nothing);

        stream.Push();
        stream.Push("a");
        stream.Push("a");

        Assert.True(_nothing.AsksForNothing);
        Assert.Null(stream.DueInMs);
        Assert.Equal([1, 2, 3], stream.Pull());
    }

    [Fact]
    public void A_higher_lane_leaves_first_and_each_lane_in_its_order()
    {
        var stream = new ShapedStream(_nothing);

        stream.Push(lane: Lanes.Low);
        stream.Push(lane: Lanes.Critical);
        stream.Push(lane: Lanes.Normal);
        stream.Push(lane: Lanes.Critical);

        Assert.Equal([2, 4, 3, 1], stream.Pull());
    }

    [Fact]
    public void What_debounce_lets_out_stands_by_offset_among_those_that_wait()
    {
        var stream = new ShapedStream(new ShapeSettings { DebounceMs = 100, Immediate = ["alarm"] });

        stream.Push();
        stream.Push(type: "alarm");
        stream.Push(type: "alarm");
        stream.Advance(100);

        Assert.Equal([1, 2, 3], stream.Pull());
    }

    [Fact]
    public void It_is_full_at_so_many_elements_and_has_room_when_one_has_left()
    {
        var stream = new ShapedStream(new ShapeSettings { HeldMax = 2 });

        stream.Push();
        stream.Push();
        Assert.False(stream.HasRoom);
        Assert.Throws<InvalidOperationException>(() => stream.Push());

        stream.Pull(max: 1);
        Assert.True(stream.HasRoom);
    }

    [Fact]
    public void It_is_full_at_so_many_bytes_but_takes_one_that_is_larger_than_all_bounds()
    {
        var stream = new ShapedStream(new ShapeSettings { HeldBytesMax = 1_000 });

        stream.Push(bytes: 5_000);
        Assert.False(stream.HasRoom);
        Assert.Equal(5_000, stream.HeldBytes);

        Assert.Equal([1], stream.Pull());
        Assert.True(stream.HasRoom);
    }

    [Fact]
    public void Knows_what_it_holds()
    {
        var stream = new ShapedStream(new ShapeSettings { DebounceMs = 100, Immediate = ["alarm"] });

        stream.Push();
        stream.Push(lane: Lanes.Low, type: "alarm");
        stream.Push(lane: Lanes.High, type: "alarm");

        Assert.Equal([1, 2, 3], stream.HeldOffsets);
        Assert.True(stream.Holds(1));
        Assert.True(stream.Holds(2));
        Assert.False(stream.Holds(4));

        stream.Pull();
        Assert.Equal([1], stream.HeldOffsets);
    }

    [Fact]
    public void After_a_flush_everything_that_was_held_leaves_and_what_comes_later_does_not()
    {
        var stream = new ShapedStream(new ShapeSettings { DebounceMs = 100, BatchMs = 50, MaxPerSecond = 1, Conflate = Conflation.Key });
        stream.Push("a");
        stream.Push("b");

        stream.Flush();

        Assert.Equal([1, 2], stream.Pull());

        stream.Push("c");
        Assert.Empty(stream.Pull());
    }

    [Fact]
    public void What_is_given_up_may_be_pushed_again_and_the_rate_is_kept_to_all_the_same()
    {
        var stream = new ShapedStream(new ShapeSettings { InOrder = true, DebounceMs = 100, Immediate = ["alarm"], MaxPerSecond = 1, Conflate = Conflation.Key });
        stream.Push("a", type: "alarm");
        stream.Push("a", type: "alarm");
        stream.Push("a");
        Assert.Equal([1], stream.Pull());

        stream.GiveUp();

        Assert.Equal((0, 0, 0), (stream.Held, stream.HeldBytes, stream.LeftOut.LeftOut));
        Assert.Empty(stream.HeldOffsets);
        Assert.Null(stream.DueInMs);

        stream.PushOffset(2, "a", type: "alarm");
        Assert.Empty(stream.Pull());
        Assert.Equal(1_050, stream.DueInMs);
    }

    [Fact]
    public void To_take_what_was_not_peeked_is_a_fault_of_the_caller()
    {
        var stream = new ShapedStream(_nothing);
        stream.Push();

        Assert.Throws<InvalidOperationException>(() => stream.Take(Lanes.Normal));
        Assert.Throws<InvalidOperationException>(() => stream.Take(Lanes.High));
    }

    [Fact]
    public void A_lane_that_is_none_is_a_fault_of_the_caller() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShapedStream(_nothing).Push(lane: 4));

    [Fact]
    public void Time_that_goes_backwards_stands_still()
    {
        var stream = new ShapedStream(new ShapeSettings { DebounceMs = 100 });

        stream.Push();
        stream.Advance(-1_000);
        stream.Push();
        stream.Advance(1_100);

        Assert.Equal([2], stream.Pull());
    }

    [Theory]
    [InlineData(-1, 0, 1)]
    [InlineData(0, -1, 1)]
    [InlineData(0, 0, 0)]
    public void Settings_that_make_no_sense_are_refused_with_what_is_expected(long debounceMs, int maxPerSecond, int heldMax)
    {
        var settings = new ShapeSettings { DebounceMs = debounceMs, MaxPerSecond = maxPerSecond, HeldMax = heldMax };

        var fault = Assert.Throws<ArgumentOutOfRangeException>(() => Shaper<int>.Create(settings));

        Assert.Contains("is expected", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_allocated_per_element_once_it_has_run_for_a_while()
    {
        var shaper = Shaper<string>.Create(new ShapeSettings { DebounceMs = 10, Conflate = Conflation.Key, BatchMs = 10, MaxPerSecond = 100_000 });
        string[] keys = ["a", "b", "c", "d", "e"];
        Run(shaper, keys, from: 1, to: 2_000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(shaper, keys, from: 2_001, to: 10_000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
    }

    private static void Run(Shaper<string> shaper, string[] keys, long from, long to)
    {
        for (var offset = from; offset <= to; offset++)
        {
            shaper.Push(new Element<string>(offset, (int)(offset % 4), "moved", keys[offset % keys.Length], 100, long.MaxValue, ""), offset * 3);
            for (var lane = 0; lane < Lanes.Count; lane++)
            {
                while (shaper.TryPeek(lane, offset * 3, out _))
                    shaper.Take(lane, offset * 3);
            }
        }
    }
}
