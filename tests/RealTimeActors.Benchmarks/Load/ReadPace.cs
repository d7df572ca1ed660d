using System.Diagnostics;

namespace RealTimeActors.Benchmarks.Load;

/// <summary>How much a slow reader may read by now: so many bytes a second, and no more than a tenth of a second's worth at once.</summary>
internal sealed class ReadPace(int bytesPerSecond)
{
    private double _allowance;
    private long _last = Stopwatch.GetTimestamp();

    internal int Allowance(long now)
    {
        _allowance = Math.Min(_allowance + (now - _last) * (double)bytesPerSecond / Stopwatch.Frequency, bytesPerSecond / 10.0);
        _last = now;
        return (int)_allowance;
    }

    internal void Took(int bytes) => _allowance -= bytes;
}
