using RealTimeActors.Server.MachineFigures.Cpu;

namespace RealTimeActors.Server.Tests.MachineFigures;

public sealed class CpuFiguresTests
{
    // Two looks at a machine with two cores, one second apart: 200 ticks went by.
    private const string Earlier = """
        cpu  6788 0 2555 296581 276 0 33 22 0 0
        cpu0 2795 0 1249 148981 23 0 5 10 0 0
        cpu1 3992 0 1305 147599 253 0 27 11 0 0
        intr 189112 0 0 0
        ctxt 498042
        btime 1763693158
        procs_running 2
        softirq 66480 0 12216 4
        """;

    private const string Now = """
        cpu  6828 10 2571 296699 280 2 35 30 0 0
        cpu0 2835 10 1265 149007 27 1 6 6 0 0
        cpu1 3992 0 1305 147697 253 1 28 11 0 0
        intr 189912 0 0 0
        ctxt 499042
        """;

    [Fact]
    public void Shares_the_time_between_two_looks_among_what_the_processors_did()
    {
        var figures = CpuFigures.Between(CpuCounters.Parse(Earlier)!, CpuCounters.Parse(Now)!, load: null);

        Assert.Equal(25, figures.UserPercent);     // 40 user and 10 nice
        Assert.Equal(10, figures.SystemPercent);   // 16 system, 2 irq and 2 softirq
        Assert.Equal(4, figures.StealPercent);     // 8
        Assert.Equal(2, figures.IoWaitPercent);    // 4
        Assert.Equal(39, figures.UsedPercent);
    }

    [Fact]
    public void Gives_each_core_its_own_share()
    {
        var figures = CpuFigures.Between(CpuCounters.Parse(Earlier)!, CpuCounters.Parse(Now)!, load: null);

        // Core 1 was idle for 98 of 100 ticks. The steal counter of core 0 went back, and counts as zero.
        Assert.Equal(2, figures.CorePercents[1]);
        Assert.Equal(69.4, figures.CorePercents[0]);
    }

    [Fact]
    public void A_counter_that_went_back_counts_as_zero()
    {
        var earlier = CpuCounters.Parse("cpu  100 0 100 1000 500 0 0 0 0 0")!;
        var now = CpuCounters.Parse("cpu  150 0 100 1050 490 0 0 0 0 0")!;

        var figures = CpuFigures.Between(earlier, now, load: null);

        Assert.Equal(0, figures.IoWaitPercent);
        Assert.Equal(50, figures.UsedPercent);
    }

    [Fact]
    public void A_core_that_came_online_has_no_figure_yet_and_one_that_went_offline_none_any_more()
    {
        var earlier = CpuCounters.Parse("cpu  20 0 0 180\ncpu0 10 0 0 90\ncpu1 10 0 0 90")!;
        var now = CpuCounters.Parse("cpu  40 0 0 360\ncpu0 20 0 0 180\ncpu2 5 0 0 5")!;

        var figures = CpuFigures.Between(earlier, now, load: null);

        Assert.Equal([10, null], figures.CorePercents);
    }

    [Fact]
    public void Two_looks_at_the_same_moment_are_zero_and_not_a_division_by_it()
    {
        var counters = CpuCounters.Parse(Now)!;

        var figures = CpuFigures.Between(counters, counters, load: null);

        Assert.Equal(0, figures.UsedPercent);
        Assert.Equal([0, 0], figures.CorePercents);
    }

    [Fact]
    public void Reads_the_four_numbers_of_an_old_kernel()
    {
        var counters = CpuCounters.Parse("cpu  100 5 50 845\ncpu0 100 5 50 845\n")!;

        Assert.Equal(new CpuTicks(User: 105, System: 50, Idle: 845, IoWait: 0, Steal: 0), counters.All);
    }

    [Theory]
    [InlineData("")]
    [InlineData("intr 1 2 3\nctxt 5")]
    [InlineData("cpu  one two three four")]
    [InlineData("cpu  1 2 3")]
    [InlineData("cpu")]
    [InlineData("cpu  99999999999999999999999 0 0 0")]
    public void Text_without_the_processors_gives_nothing(string text)
    {
        Assert.Null(CpuCounters.Parse(text));
    }

    [Fact]
    public void Reads_the_load()
    {
        Assert.Equal(new LoadAverage(0.08, 0.09, 12.5), LoadAverage.Parse("0.08 0.09 12.50 1/93 7335\n"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0.08 0.09")]
    [InlineData("0.08 NaN 0.04 1/93 7335")]
    public void Text_without_a_load_gives_nothing(string text)
    {
        Assert.Null(LoadAverage.Parse(text));
    }
}
