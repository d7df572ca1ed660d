using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace RealTimeActors.Hosting.Telemetry.Exposition;

/// <summary>Copies what the SDK has aggregated: its own objects are only good during an export.</summary>
internal static class MetricFamilies
{
    /// <summary>Sorted by name. Two figures that Prometheus would know by one name are one when they are of one type; otherwise the first counts.</summary>
    internal static IReadOnlyList<MetricFamily> Copy(in Batch<Metric> batch)
    {
        var families = new SortedDictionary<string, MetricFamily>(StringComparer.Ordinal);
        foreach (var metric in batch)
        {
            if (KindOf(metric.MetricType) is not { } kind)
                continue;

            var unit = PrometheusNames.Unit(metric.Unit, kind);
            var name = PrometheusNames.Family(metric.Name, unit);
            var samples = Samples(metric, kind);
            if (!families.TryGetValue(name, out var family))
                families.Add(name, new MetricFamily(name, unit, metric.Description, kind, samples));
            else if (family.Kind == kind)
                families[name] = family with { Points = [.. family.Points, .. samples] };
        }

        return [.. families.Values.Select(family => family with { Points = [.. family.Points.DistinctBy(point => point.Key).OrderBy(point => point.Key, StringComparer.Ordinal)] })];
    }

    /// <summary>Null: exponential histograms, which nobody here makes and the text formats do not have.</summary>
    private static MetricKind? KindOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => MetricKind.Counter,
        MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic or MetricType.LongGauge or MetricType.DoubleGauge => MetricKind.Gauge,
        MetricType.Histogram => MetricKind.Histogram,
        _ => null,
    };

    private static List<MetricSample> Samples(Metric metric, MetricKind kind)
    {
        var samples = new List<MetricSample>();
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var sample = new MetricSample(Labels(point.Tags));
            samples.Add(kind == MetricKind.Histogram
                ? sample with { Value = point.GetHistogramSum(), Count = point.GetHistogramCount(), Buckets = Buckets(point.GetHistogramBuckets()) }
                : sample with { Value = ValueOf(point, metric.MetricType) });
        }

        return samples;
    }

    private static double ValueOf(in MetricPoint point, MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        _ => point.GetGaugeLastValueDouble(),
    };

    /// <summary>Two tags whose names differ only in what Prometheus does not take become one label with both values.</summary>
    private static KeyValuePair<string, string>[] Labels(ReadOnlyTagCollection tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
        {
            var label = PrometheusNames.Label(key);
            var text = value switch
            {
                null => "",
                bool flag => flag ? "true" : "false",
                IFormattable formattable => formattable.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
                _ => value.ToString() ?? "",
            };
            labels[label] = labels.TryGetValue(label, out var other) ? $"{other};{text}" : text;
        }

        return [.. labels];
    }

    private static (double Bound, long Count)[] Buckets(HistogramBuckets buckets)
    {
        var cumulative = new List<(double, long)>();
        var count = 0L;
        foreach (var bucket in buckets)
        {
            count += bucket.BucketCount;
            cumulative.Add((bucket.ExplicitBound, count));
        }

        return [.. cumulative];
    }
}
