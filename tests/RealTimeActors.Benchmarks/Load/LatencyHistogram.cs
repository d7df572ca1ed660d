using System.Diagnostics;
using System.Numerics;

namespace RealTimeActors.Benchmarks.Load;

/// <summary>Latencies in stopwatch ticks, kept in buckets at most 1.6 % wide, so that a percentile costs no list of samples.</summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 6;

    private readonly long[] _buckets = new long[(66 - SubBits) << SubBits];

    internal long Count { get; private set; }

    internal void Add(long ticks)
    {
        _buckets[Bucket(Math.Max(ticks, 0))]++;
        Count++;
    }

    internal void Clear()
    {
        Array.Clear(_buckets);
        Count = 0;
    }

    /// <summary>The latency below which <paramref name="share"/> (0 … 1) of the samples lie; null without samples.</summary>
    internal TimeSpan? Percentile(double share)
    {
        if (Count == 0) return null;

        var left = (long)Math.Ceiling(Count * share);
        for (var bucket = 0; bucket < _buckets.Length; bucket++)
        {
            left -= _buckets[bucket];
            if (left <= 0) return Stopwatch.GetElapsedTime(0, UpperEnd(bucket));
        }

        return null;
    }

    private static int Bucket(long ticks)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)ticks | 1) - SubBits);
        return (shift << SubBits) + (int)(ticks >> shift);
    }

    private static long UpperEnd(int bucket)
    {
        if (bucket < 2 << SubBits) return bucket;

        var shift = (bucket >> SubBits) - 1;
        return ((bucket - ((long)shift << SubBits)) << shift) + (1L << shift) - 1;
    }
}
