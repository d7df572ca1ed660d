using RealTimeActors.Client.Machine.State;

namespace RealTimeActors.Client.Tests.Machine.State;

public sealed class HybridClockTests
{
    private long _wall = 1_000_000;

    [Fact]
    public void Grows_with_every_stamp_when_the_wall_clock_stands_goes_back_or_was_ahead_in_a_former_process()
    {
        var clock = new HybridClock(() => _wall, last: 0);

        long[] stamps = [clock.Next(), clock.Next(), At(999_000, clock), At(1_000_001, clock), At(1_000_500, clock)];

        Assert.Equal([1_000_000, 1_000_001, 1_000_002, 1_000_003, 1_000_500], stamps);
        Assert.Equal(1_000_501, new HybridClock(() => _wall, last: stamps[^1]).Next());
    }

    [Theory]
    [InlineData(4_600_000, 20, 3_600_020)]
    [InlineData(1_000, 0, -999_000)]
    [InlineData(1_000_700, 50, 0)]
    public void Reads_what_the_server_reads_where_it_is_more_than_a_second_off(long server, long ago, long ahead)
    {
        var clock = new HybridClock(() => _wall, last: 0);

        clock.Observe(server, ago);

        Assert.Equal(ahead, clock.AheadMs);
        Assert.Equal(_wall + ahead, clock.Next());
    }

    [Fact]
    public void The_first_word_of_the_server_says_by_what_the_stamps_so_far_are_wrong()
    {
        var clock = new HybridClock(() => _wall, last: 0);
        var ahead = clock.Next();

        Assert.Equal(-990_000, clock.Observe(10_000, 0));
        Assert.Equal(0, clock.Observe(20_000, 0));
        Assert.Equal(1_000_000, ahead);
    }

    [Fact]
    public void Stamps_of_a_clock_that_was_ahead_are_forgotten_when_none_of_them_waits_any_more()
    {
        var clock = new HybridClock(() => _wall, last: 5_000_000);
        clock.Observe(_wall, 0);

        clock.GoOnBehind(4_999_000);
        Assert.Equal(4_999_001, clock.Next());

        clock.GoOnBehind(0);
        Assert.Equal(_wall, clock.Next());

        clock.GoOnBehind(0);
        Assert.Equal(_wall + 1, clock.Next());
    }

    private long At(long wall, HybridClock clock)
    {
        _wall = wall;
        return clock.Next();
    }
}
