namespace RealTimeActors.Streams.Stages;

/// <summary>
/// Never more than so many in any window of one second. Counted in buckets of 50 ms; a bucket counts until the whole of it lies outside the window, so that the limit
/// is kept to the millisecond and the rate is at most a twentieth below it.
/// </summary>
internal sealed class RateLimit(int perSecondMax)
{
    private const int BucketMs = 50;

    /// <summary>Two times less than a second apart lie in buckets at most twenty apart.</summary>
    private const int Buckets = 21;

    private readonly int[] _counts = new int[Buckets];
    private long _bucket;
    private long _sum;

    /// <summary>One has left.</summary>
    internal void Count(long nowUnixMs)
    {
        MoveTo(nowUnixMs);
        _counts[_bucket % Buckets]++;
        _sum++;
    }

    /// <summary>When one more may leave, if none leaves before: now, or the end of the window that is full.</summary>
    internal long AllowsAtUnixMs(long nowUnixMs)
    {
        MoveTo(nowUnixMs);
        var left = _sum;
        for (var bucket = _bucket - Buckets + 1; left >= perSecondMax; bucket++)
        {
            left -= _counts[(bucket + Buckets) % Buckets];
            if (left < perSecondMax)
                return (bucket + Buckets) * BucketMs;
        }

        return nowUnixMs;
    }

    private void MoveTo(long nowUnixMs)
    {
        var bucket = nowUnixMs / BucketMs;
        if (bucket - _bucket >= Buckets)
        {
            Array.Clear(_counts);
            (_bucket, _sum) = (bucket, 0);
            return;
        }

        while (_bucket < bucket)
        {
            ref var count = ref _counts[++_bucket % Buckets];
            _sum -= count;
            count = 0;
        }
    }
}
