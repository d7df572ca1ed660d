using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using RealTimeActors.Benchmarks.Peers;

namespace RealTimeActors.Benchmarks.Workloads;

/// <summary>Tables for people, JSON lines for machines.</summary>
internal sealed class Report(RunOptions options, string command)
{
    private static readonly JsonSerializerOptions _oneLine = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const double LoadCpuHigh = 0.95;

    private static string Machine { get; } =
        $"{Environment.ProcessorCount} x {Cpu()}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";

    /// <summary>A run of one contender; <paramref name="run"/> is null for the median.</summary>
    internal void Line(Workload workload, Peer peer, int? run, Figures figures)
    {
        var line = JsonSerializer.Serialize(
            new
            {
                Work = workload.Name,
                Peer = peer.NameUnder(workload),
                Run = run is { } number ? $"{number}" : "median",
                Format = peer is Product ? options.Format.ToString().ToLowerInvariant() : null,
                workload.Channels,
                workload.SubscribersPerChannel,
                workload.InFlight,
                Pace = workload.Pace.ToString().ToLowerInvariant(),
                workload.PayloadBytes,
                ServerCpus = options.ServerCpusOf(workload).ToString(),
                LoadCpus = options.LoadCpus.ToString(),
                Figures = figures.Rounded(),
                Machine,
                Repository.Commit,
                Command = command,
                At = DateTimeOffset.UtcNow.ToString("s", CultureInfo.InvariantCulture) + "Z",
            },
            _oneLine);
        if (options.JsonFile is { } file) File.AppendAllText(file, line + "\n");
        if (run is null) Console.WriteLine(line);
        else Console.Error.WriteLine($"{workload.Name} {peer.Name} run {run}: {(workload.Subscribers > 0 ? figures.Deliveries : figures.Receipts):N0}/s, server {figures.ServerCpu:P0}, load {figures.LoadCpu:P0}, others {figures.OtherCpu:P0}");
    }

    /// <summary>One workload, all contenders: medians, the spread of the leading figure, ratios to the first.</summary>
    internal void Table(Workload workload, IReadOnlyList<(Peer Peer, IReadOnlyList<Figures> Runs)> results)
    {
        var fansOut = workload.Subscribers > 0;
        string[] head = fansOut
            ? ["", "deliveries/s", "min … max", "per CPU s", "server CPU", "events/s", "receipt p50", "p99 ms", "events/read", "idle MB", "peak MB", "load CPU", "other CPU", "ratio", "CPU ratio"]
            : ["", "receipts/s", "min … max", "per CPU s", "server CPU", "receipt p50", "p99 ms", "idle MB", "peak MB", "load CPU", "other CPU", "ratio", "CPU ratio"];
        var rows = new List<string[]>();
        var first = results.Count > 0 ? Figures.Median(results[0].Runs) : null;
        foreach (var (peer, runs) in results)
        {
            var median = Figures.Median(runs);
            var leading = Leading(median);
            string[] row =
            [
                peer.NameUnder(workload), $"{leading:N0}", $"{runs.Min(Leading):N0} … {runs.Max(Leading):N0}", $"{median.PerCpuSecond:N0}", $"{median.ServerCpu:P0}",
                .. fansOut ? [$"{median.Receipts:N0}"] : Array.Empty<string>(),
                $"{median.ReceiptP50Ms:0.000}", $"{median.ReceiptP99Ms:0.000}",
                .. fansOut ? [$"{median.EventsPerRead:0.0}"] : Array.Empty<string>(),
                $"{median.IdleMb:0}", $"{median.PeakMb:0}", $"{median.LoadCpu:P0}", $"{median.OtherCpu:P0}",
                $"{leading / Leading(first!):0.00}", $"{median.PerCpuSecond / first!.PerCpuSecond:0.00}",
            ];
            rows.Add(row);
        }

        var title = $"{workload.Describe()}; server on {options.ServerCpusOf(workload)}, load on {options.LoadCpus}, {options.Runs} x {options.Measured.TotalSeconds:0} s" +
            (fansOut ? $"; realtime acks every {options.AckEvery:N0} events" : "");
        Console.WriteLine($"{Environment.NewLine}{title}{Environment.NewLine}{Aligned(head, rows)}");
        foreach (var (peer, _) in results.Where(result => Figures.Median(result.Runs).LoadCpu > LoadCpuHigh))
            Console.WriteLine($"{peer.NameUnder(workload)}: the load side was busy for more than {LoadCpuHigh:P0} of the time; the server may be faster than this.");
        if (options.MarkdownFile is { } file) File.AppendAllText(file, Markdown(title, head, rows));

        double Leading(Figures figures) => fansOut ? figures.Deliveries : figures.Receipts;
    }

    private static string Aligned(string[] head, List<string[]> rows)
    {
        var widths = head.Select((title, column) => rows.Select(row => row[column].Length).Append(title.Length).Max()).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows.Prepend(head))
        {
            text.AppendLine(string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))));
        }

        return text.ToString();
    }

    private string Markdown(string title, string[] head, List<string[]> rows)
    {
        var text = new StringBuilder();
        text.AppendLine($"{title}.").AppendLine();
        text.AppendLine($"| {string.Join(" | ", head)} |");
        text.AppendLine($"|---|{string.Concat(Enumerable.Repeat("---:|", head.Length - 1))}");
        foreach (var row in rows) text.AppendLine($"| {string.Join(" | ", row)} |");
        return text.AppendLine().AppendLine($"{Machine}; commit {Repository.Commit ?? "unknown"}; `{command}`").AppendLine().ToString();
    }

    private static string Cpu() => File.ReadLines("/proc/cpuinfo")
        .Where(line => line.StartsWith("model name", StringComparison.Ordinal))
        .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
        .FirstOrDefault(RuntimeInformation.ProcessArchitecture.ToString());
}
