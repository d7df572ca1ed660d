using System.Text.Json;

namespace RealTimeActors.Server.CommandLine.Remote.Top;

/// <summary>The figures of a server at one moment, as <c>/metrics</c> gives them in JSON.</summary>
internal sealed class MetricsSample
{
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<double, double>> _buckets = new(StringComparer.Ordinal);

    private MetricsSample(DateTimeOffset at) => At = at;

    internal DateTimeOffset At { get; }

    /// <summary>Reads them. Points that differ by their labels only are added up.</summary>
    internal static MetricsSample Read(JsonElement json)
    {
        var sample = new MetricsSample(json.GetProperty("at").GetDateTimeOffset());
        foreach (var metric in json.GetProperty("metrics").EnumerateArray())
        {
            var name = metric.GetProperty("name").GetString()!;
            foreach (var point in metric.GetProperty("points").EnumerateArray())
            {
                if (point.TryGetProperty("buckets", out var buckets))
                {
                    sample.AddBuckets(name, buckets);
                    sample._values[$"{name}_count"] = sample._values.GetValueOrDefault($"{name}_count") + point.GetProperty("count").GetDouble();
                }
                else if (point.GetProperty("value") is { ValueKind: JsonValueKind.Number } value)
                {
                    sample._values[name] = sample._values.GetValueOrDefault(name) + value.GetDouble();
                }
            }
        }

        return sample;
    }

    /// <summary>A gauge now, or a counter since the start of the server; 0 where there is none.</summary>
    internal double this[string name] => _values.GetValueOrDefault(name);

    /// <summary>By how much a counter grew in a second since the sample before.</summary>
    internal double PerSecond(string name, MetricsSample before)
    {
        var seconds = (At - before.At).TotalSeconds;
        return seconds <= 0 ? 0 : Math.Max(0, this[name] - before[name]) / seconds;
    }

    /// <summary>What so large a part (0 … 1) of everything since the sample before was not above, by the bounds of the histogram's buckets; null where there was nothing.</summary>
    internal double? Quantile(string name, double part, MetricsSample before)
    {
        if (!_buckets.TryGetValue(name, out var now))
            return null;

        var then = before._buckets.GetValueOrDefault(name);
        var counts = now.Select(bucket => (Bound: bucket.Key, Count: bucket.Value - (then?.GetValueOrDefault(bucket.Key) ?? 0))).ToList();
        var all = counts[^1].Count;
        if (all <= 0)
            return null;

        return counts.First(bucket => bucket.Count >= part * all).Bound;
    }

    /// <summary>Buckets are cumulative: each counts everything up to its bound. The last one, without a bound, is infinity.</summary>
    private void AddBuckets(string name, JsonElement buckets)
    {
        if (!_buckets.TryGetValue(name, out var sums))
            _buckets[name] = sums = [];

        foreach (var bucket in buckets.EnumerateArray())
        {
            var bound = bucket.GetProperty("le") is { ValueKind: JsonValueKind.Number } le ? le.GetDouble() : double.PositiveInfinity;
            sums[bound] = sums.GetValueOrDefault(bound) + bucket.GetProperty("count").GetDouble();
        }
    }
}
