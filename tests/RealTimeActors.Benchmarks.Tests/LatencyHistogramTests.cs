using System.Diagnostics;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Tests;

public sealed class LatencyHistogramTests
{
    private readonly LatencyHistogram _histogram = new();

    [Theory]
    [InlineData(0.50, 500)]
    [InlineData(0.99, 990)]
    [InlineData(1.00, 1_000)]
    public void Tells_a_percentile_to_within_two_per_cent(double share, double expectedMs)
    {
        for (var ms = 1; ms <= 1_000; ms++) _histogram.Add(ms * Stopwatch.Frequency / 1_000);

        var percentile = _histogram.Percentile(share)!.Value.TotalMilliseconds;

        Assert.InRange(percentile, expectedMs, expectedMs * 1.02);
    }

    [Fact]
    public void Has_no_percentile_without_samples()
    {
        _histogram.Add(5);
        _histogram.Clear();

        Assert.Equal(0, _histogram.Count);
        Assert.Null(_histogram.Percentile(0.5));
    }

    [Fact]
    public void Takes_a_clock_that_went_back_for_no_time_at_all()
    {
        _histogram.Add(-1);

        Assert.Equal(TimeSpan.Zero, _histogram.Percentile(1));
    }
}
