using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using RealTimeActors.Benchmarks.Peers;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Reports;

/// <summary>Tells a run as it goes, and writes down what it has so far after each workload, so that one that is cut short is not lost.</summary>
internal sealed class Report(RunOptions options, RunFacts facts)
{
    private static readonly JsonSerializerOptions _oneLine = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<WorkloadResult> _results = [];

    /// <summary>A run of one contender; <paramref name="run"/> is null for the median.</summary>
    internal void Line(Workload workload, Peer peer, int? run, Figures figures)
    {
        var line = JsonSerializer.Serialize(
            new
            {
                Work = workload.Name,
                Peer = peer.Name,
                Title = peer.NameUnder(workload),
                Run = run is { } number ? $"{number}" : "median",
                workload.Channels,
                workload.SubscribersPerChannel,
                workload.InFlight,
                workload.PayloadBytes,
                ServerCpus = options.ServerCpusOf(workload).ToString(),
                LoadCpus = options.LoadCpus.ToString(),
                Figures = figures.Keyed,
                facts.Machine,
                facts.Commit,
                facts.Command,
                At = DateTimeOffset.UtcNow.ToString("s", CultureInfo.InvariantCulture) + "Z",
            },
            _oneLine);
        if (options.OutFolder is { } folder) File.AppendAllText(Path.Combine(Directory.CreateDirectory(folder).FullName, "results.jsonl"), line + "\n");
        if (run is null) return;
        var leading = workload.Leading;
        Console.Error.WriteLine($"{workload.Name} {peer.Name} run {run}: {leading.Show(figures[leading])} {leading.Head}, " +
            $"server {Metric.ServerCpu.Show(figures[Metric.ServerCpu])}, load {Metric.LoadCpu.Show(figures[Metric.LoadCpu])}, others {Metric.OtherCpu.Show(figures[Metric.OtherCpu])}");
    }

    /// <summary>One workload is through.</summary>
    internal void Add(WorkloadResult result)
    {
        _results.Add(result);
        Console.WriteLine($"{Environment.NewLine}{result.Workload.Name}: {MarkdownReport.Sentence(options, result.Workload)} Medians of {options.Runs}.");
        Console.WriteLine(new Table(result).Aligned());
        foreach (var line in Targets.Judge(result).Concat(MarkdownReport.Remarks(result))) Console.WriteLine($"  {line}");
        if (options.OutFolder is not { } folder) return;
        File.WriteAllText(Path.Combine(folder, "results.svg"), SvgReport.Write(facts, _results));
        File.WriteAllText(Path.Combine(folder, "results.md"), MarkdownReport.Write(facts, options, _results, picture: "results.svg"));
    }
}
