using System.Diagnostics;

namespace RealTimeActors.Benchmarks.Load;

/// <summary>
/// Events at fixed moments, whether or not those before have arrived. Latency counts from the moment at which an event was meant to leave, so that
/// a server that holds everything up is charged for all that should have been sent meanwhile.
/// </summary>
internal sealed class OpenLoop(int perSecond)
{
    private long _begin;
    private long _before;

    /// <summary>Events that are meant to leave in a second; another one counts from the next <see cref="Start"/> on.</summary>
    internal int PerSecond { get; set; } = perSecond;

    internal static long TicksPerMs => Stopwatch.Frequency / 1_000;

    /// <summary>From the intended moment of an event to its arrival, one sample per delivery.</summary>
    internal LatencyHistogram Latencies { get; } = new();

    /// <summary>Begins at <paramref name="now"/>, with the event after the <paramref name="published"/> that were before.</summary>
    internal void Start(long now, long published)
    {
        _begin = now;
        _before = published;
    }

    /// <summary>The moment at which the event with this number, 1, 2, 3 …, is meant to leave.</summary>
    internal long IntendedAt(long number) => _begin + (long)((number - _before - 1) * (double)Stopwatch.Frequency / PerSecond);

    /// <summary>How many events should have left by <paramref name="now"/> and have not.</summary>
    internal int Due(long now, long published)
    {
        var due = (int)((now - _begin) * (double)PerSecond / Stopwatch.Frequency) + 1 - (int)(published - _before);
        return Math.Max(due, 0);
    }

    /// <summary>The event with this number arrived. One from before the last <see cref="Start"/> is no sample.</summary>
    internal void Arrived(long number)
    {
        if (number > _before) Latencies.Add(Stopwatch.GetTimestamp() - IntendedAt(number));
    }
}
