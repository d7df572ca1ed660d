namespace RealTimeActors.Hosting.Telemetry.Exposition;

/// <summary>The value of a figure for one set of labels.</summary>
/// <param name="Labels">Sorted by name; the names are ones that Prometheus takes.</param>
internal sealed record MetricSample(IReadOnlyList<KeyValuePair<string, string>> Labels)
{
    /// <summary>Of a counter or gauge; of a histogram the sum.</summary>
    internal double Value { get; init; }

    /// <summary>Of a histogram: how many there were.</summary>
    internal long Count { get; init; }

    /// <summary>Of a histogram: how many were at most so large. The last bound is infinity.</summary>
    internal IReadOnlyList<(double Bound, long Count)> Buckets { get; init; } = [];

    /// <summary>The labels as one text, by which samples are told apart.</summary>
    internal string Key => string.Join('\u0001', Labels.Select(label => $"{label.Key}\u0002{label.Value}"));
}
