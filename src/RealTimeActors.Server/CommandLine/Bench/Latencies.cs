using System.Numerics;

namespace RealTimeActors.Server.CommandLine.Bench;

/// <summary>How long things took: counted in buckets that are at most 1/32 wider than what is in them, whatever the size, so that a run of any length needs the same little memory.</summary>
internal sealed class Latencies
{
    private const int StepsPerOctave = 32;
    private readonly long[] _counts = new long[64 * StepsPerOctave];
    private long _max;
    private long _count;

    internal long Count => Volatile.Read(ref _count);

    /// <summary>Safe from many threads.</summary>
    internal void Add(TimeSpan took)
    {
        var ticks = Math.Max(1, took.Ticks);
        Interlocked.Increment(ref _counts[BucketOf(ticks)]);
        Interlocked.Increment(ref _count);
        var max = Volatile.Read(ref _max);
        while (ticks > max)
        {
            var seen = Interlocked.CompareExchange(ref _max, ticks, max);
            if (seen == max)
                break;

            max = seen;
        }
    }

    /// <summary>What so large a part (0 … 1) was not slower than, in milliseconds; 0 where nothing was measured.</summary>
    internal double Milliseconds(double part)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(part * Count));
        long seen = 0;
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += Volatile.Read(ref _counts[bucket]);
            if (seen >= wanted)
                return TimeSpan.FromTicks(Math.Min(UpperOf(bucket), _max)).TotalMilliseconds;
        }

        return 0;
    }

    private static int BucketOf(long ticks)
    {
        if (ticks < StepsPerOctave)
            return (int)ticks;

        var octave = BitOperations.Log2((ulong)ticks);
        return ((octave - 4) * StepsPerOctave) + (int)((ticks >> (octave - 5)) - StepsPerOctave);
    }

    private static long UpperOf(int bucket)
    {
        if (bucket < StepsPerOctave)
            return bucket;

        var octave = (bucket / StepsPerOctave) + 4;
        return ((long)((bucket % StepsPerOctave) + StepsPerOctave + 1) << (octave - 5)) - 1;
    }
}
