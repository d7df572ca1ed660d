using System.Globalization;
using System.Text;
using RealTimeActors.Benchmarks.Runs;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Reports;

/// <summary>The whole run as a Markdown page: a section per workload with its table, what was to be reached, and what was left out.</summary>
internal static class MarkdownReport
{
    private const double LoadCpuHigh = 0.95;
    private const double OtherCpuHigh = 0.05;

    internal static string Write(RunFacts facts, RunOptions options, IReadOnlyList<WorkloadResult> results, string? picture)
    {
        var text = new StringBuilder();
        text.Append("# Figures, side by side\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{facts.Machine}; commit {facts.Commit}; {facts.At}. Medians of {options.Runs} runs of {options.Measured.TotalSeconds:0} s (W2 and W7: {options.Measured.TotalSeconds * OpenLoopRun.Longer:0} s), contenders interleaved, a fresh server for each run; ");
        text.Append(CultureInfo.InvariantCulture, $"load on processor {options.LoadCpus}, loopback. `ratio` is to the first row.\n\n`{facts.Command}`\n\n");
        if (picture is not null) text.Append(CultureInfo.InvariantCulture, $"![Bars for each workload]({picture})\n\n");
        foreach (var result in results) text.Append(Section(options, result)).Append('\n');
        return text.ToString().TrimEnd('\n') + "\n";
    }

    internal static string Section(RunOptions options, WorkloadResult result)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"## {result.Workload.Name}\n\n{Sentence(options, result.Workload)}\n\n{new Table(result).Markdown()}\n");
        var judged = Targets.Judge(result);
        foreach (var line in judged) text.Append(CultureInfo.InvariantCulture, $"- {line}\n");
        foreach (var remark in Remarks(result)) text.Append(CultureInfo.InvariantCulture, $"- {remark}\n");
        return text.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>What is done, and where it runs.</summary>
    internal static string Sentence(RunOptions options, Workload workload) =>
        $"{char.ToUpperInvariant(workload.Describe()[0])}{workload.Describe()[1..]}; server on processor {options.ServerCpusOf(workload)}.";

    /// <summary>What has to be known before the figures are believed.</summary>
    internal static IEnumerable<string> Remarks(WorkloadResult result)
    {
        foreach (var contender in result.Measured)
        {
            if (contender.Median[Metric.LoadCpu] > LoadCpuHigh) yield return $"{contender.Title}: the load side was busy all the time; the server may be faster than this.";
            if (contender.Median[Metric.OtherCpu] > OtherCpuHigh) yield return $"{contender.Title}: other programs took {Metric.OtherCpu.Show(contender.Median[Metric.OtherCpu])} of a processor meanwhile.";
        }

        foreach (var contender in result.LeftOut) yield return $"{contender.Title} left out: {contender.LeftOut!.Split('\n')[0].TrimEnd(':', '\r')}";
    }
}
