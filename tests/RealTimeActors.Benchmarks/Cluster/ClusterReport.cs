using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using RealTimeActors.Benchmarks.Reports;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Cluster;

/// <summary>Tells the runs on clusters as they go, and writes down what there is so far after each work.</summary>
internal sealed class ClusterReport(ClusterOptions options, RunFacts facts)
{
    private const double ShareUsedLow = 0.9;
    private const double OtherCpuHigh = 0.05;
    private static readonly JsonSerializerOptions _oneLine = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StringBuilder _sections = new();

    /// <summary>A run on one cluster; <paramref name="run"/> is null for the median.</summary>
    internal void Line(ClusterWork work, string cluster, int? run, Figures figures)
    {
        var line = JsonSerializer.Serialize(
            new
            {
                Work = work.Name,
                Cluster = cluster,
                Run = run is { } number ? $"{number}" : "median",
                options.Share,
                work.Channels,
                work.SubscribersPerChannel,
                work.InFlight,
                work.PayloadBytes,
                Figures = figures.Keyed,
                facts.Machine,
                facts.Commit,
                facts.Command,
                At = DateTimeOffset.UtcNow.ToString("s", CultureInfo.InvariantCulture) + "Z",
            },
            _oneLine);
        if (options.OutFolder is { } folder) File.AppendAllText(Path.Combine(folder, "cluster.jsonl"), line + "\n");
        if (run is null) return;
        Console.Error.WriteLine($"{work.Name} {cluster} run {run}: {work.Leading.Show(figures[work.Leading])} {work.Leading.Head}, " +
            $"share used {ClusterMetric.ShareUsed.Show(figures[ClusterMetric.ShareUsed])}, others {Metric.OtherCpu.Show(figures[Metric.OtherCpu])}");
    }

    /// <summary>One work is through.</summary>
    internal void Add(ClusterWork work, IReadOnlyList<ContenderResult> results)
    {
        var measured = results.Where(result => result.Runs.Count > 0).ToList();
        var table = new Table(work.Leading, work.Columns, measured);
        var remarks = results.SelectMany(result => Remarks(work, result)).ToList();
        var sentence = Sentence(work);
        Console.WriteLine($"{Environment.NewLine}{work.Name}: {sentence}");
        Console.WriteLine(table.Aligned());
        foreach (var remark in remarks) Console.WriteLine($"  {remark}");
        if (options.OutFolder is not { } folder) return;

        _sections.Append(CultureInfo.InvariantCulture, $"## {work.Name}\n\n{sentence}\n\n{table.Markdown()}\n");
        foreach (var remark in remarks) _sections.Append(CultureInfo.InvariantCulture, $"- {remark}\n");
        File.WriteAllText(Path.Combine(folder, "cluster.md"), $"# What one more node brings, and what a message costs\n\n{facts.Machine}; commit {facts.Commit}; {facts.At}. `ratio` is to the first row.\n\n`{facts.Command}`\n\n{_sections}");
    }

    /// <summary>What has to be known before the figures are believed.</summary>
    internal static IEnumerable<string> Remarks(ClusterWork work, ContenderResult result)
    {
        if (result.LeftOut is { } reason) yield return $"{result.Title} left out: {reason.Split('\n')[0]}";
        if (work.Kind is ClusterWorkKind.Publish or ClusterWorkKind.FanOut && result.Median[ClusterMetric.ShareUsed] < ShareUsedLow)
            yield return $"{result.Title}: the nodes with a share used {ClusterMetric.ShareUsed.Show(result.Median[ClusterMetric.ShareUsed])} of it; something else was the limit.";
        if (result.Median[Metric.OtherCpu] > OtherCpuHigh) yield return $"{result.Title}: other programs took {Metric.OtherCpu.Show(result.Median[Metric.OtherCpu])} of a processor meanwhile.";
    }

    private string Sentence(ClusterWork work)
    {
        var who = work.Limited switch { LimitedNodes.Owners => "Each node with shards", LimitedNodes.Edges => "Each edge", _ => "" };
        var share = options.Share > 0 && who.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $" {who} has {options.Share:0.##} of a processor; everything else what it wants.") : "";
        return $"{work.Describe()}{share} Medians of {options.Runs}.";
    }
}
