using System.Diagnostics;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Tests;

public sealed class ReadPaceTests
{
    [Fact]
    public void A_slow_reader_may_read_what_its_pace_gives_and_saves_up_a_tenth_of_a_second_at_most()
    {
        var pace = new ReadPace(bytesPerSecond: 1_000_000);
        var later = Stopwatch.GetTimestamp() + Stopwatch.Frequency * 60;

        Assert.Equal(100_000, pace.Allowance(later));

        pace.Took(100_000);
        Assert.Equal(0, pace.Allowance(later));
        Assert.InRange(pace.Allowance(later + Stopwatch.Frequency / 100), 9_990, 10_010);
    }
}
