using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Tests;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(new[] { 3.0, 1.0, 2.0 }, 2.0)]
    [InlineData(new[] { 4.0, 1.0, 3.0, 2.0 }, 2.5)]
    [InlineData(new[] { 7.0 }, 7.0)]
    public void The_median_stands_in_the_middle_or_between_the_two_in_the_middle(double[] values, double expected)
    {
        var runs = values.Select(value => new Figures { [Metric.Deliveries] = value }).ToList();

        Assert.Equal(expected, Figures.Median(runs)[Metric.Deliveries]);
    }

    [Fact]
    public void Each_figure_has_a_median_of_the_runs_that_have_it()
    {
        Figures[] runs =
        [
            new() { [Metric.Deliveries] = 10, [Metric.ServerCpu] = 0.9 },
            new() { [Metric.Deliveries] = 30 },
            new() { [Metric.Deliveries] = 20, [Metric.ServerCpu] = 0.7 },
        ];

        var median = Figures.Median(runs);

        Assert.Equal(20, median[Metric.Deliveries]);
        Assert.Equal(0.8, median[Metric.ServerCpu]!.Value, precision: 9);
        Assert.Null(median[Metric.LatencyP99]);
    }

    [Fact]
    public void What_is_no_number_is_no_figure()
    {
        var figures = new Figures { [Metric.StalledRatio] = double.NaN, [Metric.BusyRatio] = double.PositiveInfinity, [Metric.LatencyP50] = null };

        Assert.Empty(figures.Keyed);
    }
}
