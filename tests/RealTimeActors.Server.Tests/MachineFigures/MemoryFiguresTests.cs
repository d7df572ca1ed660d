using RealTimeActors.Server.MachineFigures.Memory;

namespace RealTimeActors.Server.Tests.MachineFigures;

public sealed class MemoryFiguresTests
{
    [Fact]
    public void Used_is_what_is_not_available()
    {
        var figures = MemoryFigures.Parse("""
            MemTotal:       1000000 kB
            MemFree:         100000 kB
            MemAvailable:    600000 kB
            Buffers:          20000 kB
            Cached:          480000 kB
            SwapCached:           0 kB
            SwapTotal:       200000 kB
            SwapFree:        150000 kB
            HugePages_Total:       0
            Hugepagesize:       2048 kB
            """)!;

        Assert.Equal(40, figures.UsedPercent);
        Assert.Equal(1_024_000_000, figures.TotalBytes);
        Assert.Equal(409_600_000, figures.UsedBytes);
        Assert.Equal(614_400_000, figures.AvailableBytes);
        Assert.Equal(512_000_000, figures.CachedBytes);
        Assert.Equal(204_800_000, figures.SwapTotalBytes);
        Assert.Equal(51_200_000, figures.SwapUsedBytes);
    }

    [Fact]
    public void An_old_kernel_that_does_not_say_what_is_available_gets_it_from_what_is_free_and_cached()
    {
        var figures = MemoryFigures.Parse("MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 350 kB\n")!;

        Assert.Equal(500 * 1024, figures.AvailableBytes);
        Assert.Equal(50, figures.UsedPercent);
    }

    [Fact]
    public void A_container_that_says_more_is_available_than_there_is_uses_nothing()
    {
        var figures = MemoryFigures.Parse("MemTotal: 1000 kB\nMemAvailable: 1200 kB\nSwapTotal: 10 kB\nSwapFree: 20 kB")!;

        Assert.Equal(0, figures.UsedBytes);
        Assert.Equal(0, figures.SwapUsedBytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MemFree: 100 kB")]
    [InlineData("MemTotal: 0 kB")]
    [InlineData("MemTotal: -5 kB")]
    [InlineData("MemTotal: 5 MB")]
    [InlineData("MemTotal: 9223372036854775807 kB")]
    [InlineData("MemTotal: many kB")]
    public void Text_without_a_total_gives_nothing(string text)
    {
        Assert.Null(MemoryFigures.Parse(text));
    }
}
