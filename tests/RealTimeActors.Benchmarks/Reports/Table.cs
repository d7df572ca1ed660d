using System.Globalization;
using System.Text;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Reports;

/// <summary>A workload as rows of text: medians, the spread of the leading figure, its ratio to the first row; written for a terminal or as Markdown.</summary>
internal sealed class Table
{
    private readonly string[] _head;
    private readonly List<string[]> _rows = [];

    internal Table(WorkloadResult result)
        : this(result.Workload.Leading, result.Workload.Columns, [.. result.Measured])
    {
    }

    internal Table(Metric leading, IReadOnlyList<Metric> candidates, IReadOnlyList<ContenderResult> measured)
    {
        // A column that nobody has a figure for is left out.
        var columns = candidates.Where(column => measured.Any(contender => contender.Median[column] is not null)).ToList();
        _head = ["", leading.Head, "min … max", "ratio", .. columns.Select(column => column.Head)];
        var first = measured.Count > 0 ? measured[0].Median[leading] : null;
        foreach (var contender in measured)
        {
            var runs = Figures.Of(contender.Runs, leading);
            var median = contender.Median[leading];
            _rows.Add(
            [
                contender.Title,
                leading.Show(median),
                runs.Count == 0 ? "–" : $"{leading.Show(runs.Min())} … {leading.Show(runs.Max())}",
                median / first is { } ratio ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : "–",
                .. columns.Select(column => column.Show(contender.Median[column])),
            ]);
        }
    }

    internal string Aligned()
    {
        var widths = _head.Select((title, column) => _rows.Select(row => row[column].Length).Append(title.Length).Max()).ToArray();
        var text = new StringBuilder();
        foreach (var row in _rows.Prepend(_head))
            text.AppendLine(string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))));
        return text.ToString();
    }

    internal string Markdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", _head)} |\n|---|{string.Concat(Enumerable.Repeat("---:|", _head.Length - 1))}\n");
        foreach (var row in _rows) text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |\n");
        return text.ToString();
    }
}
