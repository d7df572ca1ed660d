namespace RealTimeActors.Benchmarks.Workloads;

/// <summary>What one run measured, or the medians of several.</summary>
internal sealed class Figures
{
    private readonly Dictionary<Metric, double> _values = [];

    /// <summary>The figure, or null where this run has none. Setting null leaves it out.</summary>
    internal double? this[Metric metric]
    {
        get => _values.TryGetValue(metric, out var value) ? value : null;
        set
        {
            if (value is { } number && double.IsFinite(number)) _values[metric] = number;
        }
    }

    /// <summary>By their keys, for JSON, with as many digits as mean something.</summary>
    internal IReadOnlyDictionary<string, double> Keyed =>
        _values.OrderBy(value => value.Key.Key, StringComparer.Ordinal).ToDictionary(value => value.Key.Key, value => Math.Round(value.Value, 4));

    /// <summary>Each figure's median by itself.</summary>
    internal static Figures Median(IReadOnlyList<Figures> runs)
    {
        var median = new Figures();
        foreach (var metric in runs.SelectMany(run => run._values.Keys).Distinct()) median[metric] = Middle(Of(runs, metric));
        return median;
    }

    /// <summary>The figure in each run that has it.</summary>
    internal static IReadOnlyList<double> Of(IReadOnlyList<Figures> runs, Metric metric) => [.. runs.Where(run => run[metric] is not null).Select(run => run[metric]!.Value)];

    private static double Middle(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
