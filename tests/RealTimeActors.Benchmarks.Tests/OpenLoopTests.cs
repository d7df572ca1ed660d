using System.Diagnostics;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Tests;

public sealed class OpenLoopTests
{
    private const long Begin = 1_000_000;
    private readonly OpenLoop _openLoop = new(perSecond: 50);

    [Fact]
    public void The_first_event_is_due_at_once_and_the_others_at_equal_distances()
    {
        _openLoop.Start(Begin, published: 0);

        Assert.Equal(Begin, _openLoop.IntendedAt(1));
        Assert.Equal(Begin + Stopwatch.Frequency / 50, _openLoop.IntendedAt(2));
        Assert.Equal(Begin + Stopwatch.Frequency, _openLoop.IntendedAt(51));
        Assert.Equal(1, _openLoop.Due(Begin, published: 0));
        Assert.Equal(0, _openLoop.Due(Begin, published: 1));
    }

    [Fact]
    public void What_was_held_up_is_due_all_at_once_and_keeps_its_intended_moments()
    {
        _openLoop.Start(Begin, published: 0);

        var late = Begin + Stopwatch.Frequency;

        Assert.Equal(50, _openLoop.Due(late, published: 1));
        Assert.Equal(Begin + Stopwatch.Frequency / 50, _openLoop.IntendedAt(2));
    }

    [Fact]
    public void After_a_break_the_schedule_goes_on_with_the_next_number()
    {
        _openLoop.Start(Begin, published: 700);

        Assert.Equal(Begin, _openLoop.IntendedAt(701));
        Assert.Equal(1, _openLoop.Due(Begin, published: 700));
    }

    [Fact]
    public void An_event_from_before_the_break_is_no_sample()
    {
        _openLoop.Start(Stopwatch.GetTimestamp(), published: 700);

        _openLoop.Arrived(700);
        _openLoop.Arrived(701);

        Assert.Equal(1, _openLoop.Latencies.Count);
    }
}
