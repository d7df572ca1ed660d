namespace RealTimeActors.Streams.Tests;

public sealed class LaneShareTests
{
    private const int CriticalAndLow = 0b1001;
    private const int All = 0b1111;

    private readonly LaneShare _share = new();

    [Fact]
    public void The_most_urgent_lane_that_has_something_is_served()
    {
        Assert.Equal(Lanes.Critical, _share.Next(All));
        Assert.Equal(Lanes.Normal, _share.Next(0b1100));
        Assert.Equal(-1, _share.Next(0));
    }

    [Fact]
    public void A_lane_that_waited_while_much_went_out_above_it_gets_a_turn_and_no_more()
    {
        Write(CriticalAndLow, LaneShare.TurnAfterBytes);

        Assert.Equal(3, _share.Next(CriticalAndLow));
        Assert.Equal(LaneShare.TurnBytes, _share.BytesMax);

        _share.Wrote(3, LaneShare.TurnBytes - 1);
        Assert.Equal(3, _share.Next(CriticalAndLow));

        _share.Wrote(3, 500);
        Assert.Equal(Lanes.Critical, _share.Next(CriticalAndLow));
    }

    [Fact]
    public void Of_two_lanes_that_starve_the_more_urgent_one_has_its_turn_first()
    {
        Write(0b1101, LaneShare.TurnAfterBytes);

        Assert.Equal(Lanes.Normal, _share.Next(0b1101));
        _share.Wrote(Lanes.Normal, LaneShare.TurnBytes);
        Assert.Equal(3, _share.Next(0b1101));
        _share.Wrote(3, LaneShare.TurnBytes);
        Assert.Equal(Lanes.Critical, _share.Next(0b1101));
    }

    [Fact]
    public void A_lane_in_which_nothing_waited_in_between_has_not_starved()
    {
        Write(CriticalAndLow, LaneShare.TurnAfterBytes);
        _share.Next(0b0001);

        Assert.Equal(Lanes.Critical, _share.Next(CriticalAndLow));
    }

    [Fact]
    public void A_turn_ends_when_the_lane_has_nothing_more()
    {
        Write(CriticalAndLow, LaneShare.TurnAfterBytes);
        Assert.Equal(3, _share.Next(CriticalAndLow));

        Assert.Equal(Lanes.Critical, _share.Next(0b0001));
        Assert.Equal(Lanes.Critical, _share.Next(CriticalAndLow));
    }

    [Fact]
    public void No_more_is_written_at_one_go_than_until_the_next_turn_is_due()
    {
        _share.Next(CriticalAndLow);
        _share.Wrote(Lanes.Critical, LaneShare.TurnAfterBytes - 1_000);

        Assert.Equal(Lanes.Critical, _share.Next(CriticalAndLow));
        Assert.Equal(1_000, _share.BytesMax);
    }

    [Fact]
    public void However_long_a_flood_lasts_each_lane_below_gets_its_part()
    {
        var written = new long[Lanes.Count];
        for (var i = 0; i < 100_000; i++)
        {
            var lane = _share.Next(All);
            var bytes = Math.Min(16_384, _share.BytesMax);
            _share.Wrote(lane, bytes);
            written[lane] += bytes;
        }

        var total = written.Sum();
        Assert.True(written[0] > total * 8 / 10, $"The flood has {written[0]} of {total}.");
        Assert.All(written[1..], bytes => Assert.InRange(bytes, total / 20, total / 10));
    }

    private void Write(int waiting, long bytes)
    {
        var lane = _share.Next(waiting);
        _share.Wrote(lane, bytes);
    }
}
