using System.Globalization;
using System.Security;
using System.Text;
using RealTimeActors.Benchmarks.Peers;

namespace RealTimeActors.Benchmarks.Reports;

/// <summary>
/// The leading figures as bars, a panel per workload, in one picture. It brings its own ground and follows the reader's choice of light or dark, so
/// that it can be read wherever it is put.
/// </summary>
internal static class SvgReport
{
    private const int PanelWidth = 470;
    private const int Margin = 24;
    private const int RowHeight = 20;
    private const int HeadHeight = 44;
    private const int LabelWidth = 150;
    private const int ValueWidth = 100;
    private const int BarMax = PanelWidth - LabelWidth - ValueWidth;

    private const string Style = """
          .ground{fill:#fff}.text{fill:#1f2328}.faint{fill:#59636e}.product{fill:#0a7d5a}.other{fill:#8c959f}.floor{fill:#b8860b}
          @media (prefers-color-scheme:dark){.ground{fill:#0d1117}.text{fill:#e6edf3}.faint{fill:#9198a1}.product{fill:#3fb68b}.other{fill:#656c76}.floor{fill:#d4a72c}}
          text{font:13px system-ui,-apple-system,"Segoe UI",sans-serif}.head{font-weight:600;font-size:15px}.small{font-size:11px}.value{text-anchor:start;font-variant-numeric:tabular-nums}.name{text-anchor:end}
        """;

    internal static string Write(RunFacts facts, IReadOnlyList<WorkloadResult> results)
    {
        var panels = results.Where(result => result.Measured.Any(contender => contender.Median[result.Workload.Leading] is not null)).ToList();
        // Two columns; each panel goes to the shorter one, so that reading order stays roughly the workloads'.
        int[] bottoms = [Margin + 26, Margin + 26];
        var body = new StringBuilder();
        foreach (var panel in panels)
        {
            var column = bottoms[0] <= bottoms[1] ? 0 : 1;
            body.Append(Panel(panel, Margin + column * (PanelWidth + Margin), bottoms[column]));
            bottoms[column] += HeightOf(panel) + Margin;
        }

        var (width, height) = (Margin * 3 + PanelWidth * 2, bottoms.Max() + 20);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n");
        text.Append(CultureInfo.InvariantCulture, $"<title>RealTimeActors beside its peers</title>\n<style>\n{Style}\n</style>\n<rect class=\"ground\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>\n");
        text.Append(Legend(Margin, Margin + 6)).Append(body);
        text.Append(CultureInfo.InvariantCulture, $"<text class=\"faint small\" x=\"{Margin}\" y=\"{height - 12}\">{Escape($"{facts.Machine}; commit {facts.Commit}; {facts.At}; medians")}</text>\n</svg>\n");
        return text.ToString();
    }

    private static string Legend(int x, int y)
    {
        var text = new StringBuilder();
        foreach (var (kind, name) in new[] { (PeerKind.Product, "this server"), (PeerKind.Other, "other servers"), (PeerKind.Floor, "limits: nothing but the way out, on .NET") })
        {
            text.Append(CultureInfo.InvariantCulture, $"<rect class=\"{ClassOf(kind)}\" x=\"{x}\" y=\"{y - 10}\" width=\"12\" height=\"12\" rx=\"2\"/><text class=\"text\" x=\"{x + 18}\" y=\"{y}\">{name}</text>\n");
            x += 130;
        }

        return text.ToString();
    }

    private static string Panel(WorkloadResult result, int x, int y)
    {
        var leading = result.Workload.Leading;
        var bars = Bars(result);
        var longest = bars.Max(contender => contender.Median[leading]!.Value);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<text class=\"text head\" x=\"{x}\" y=\"{y + 14}\">{Escape(result.Workload.Name)} · {Escape(leading.Head)}</text>");
        text.Append(CultureInfo.InvariantCulture, $"<text class=\"faint small\" x=\"{x}\" y=\"{y + 31}\">{Escape(leading.LessIsBetter ? "less is better" : "more is better")}: {Escape(Shortened(result.Workload.Describe()))}</text>\n");
        var top = y + HeadHeight;
        foreach (var contender in bars)
        {
            var value = contender.Median[leading]!.Value;
            var length = longest > 0 ? Math.Max(1, value / longest * BarMax) : 1;
            text.Append(CultureInfo.InvariantCulture, $"<text class=\"text name\" x=\"{x + LabelWidth - 8}\" y=\"{top + 13}\">{Escape(contender.Name)}</text>");
            text.Append(CultureInfo.InvariantCulture, $"<rect class=\"{ClassOf(contender.Kind)}\" x=\"{x + LabelWidth}\" y=\"{top + 2}\" width=\"{length:0.#}\" height=\"{RowHeight - 6}\" rx=\"2\"/>");
            text.Append(CultureInfo.InvariantCulture, $"<text class=\"faint value\" x=\"{x + LabelWidth + length + 6:0.#}\" y=\"{top + 13}\">{Escape(leading.Show(value))}</text>\n");
            top += RowHeight;
        }

        return text.ToString();
    }

    private static List<ContenderResult> Bars(WorkloadResult result) => [.. result.Measured.Where(contender => contender.Median[result.Workload.Leading] is not null)];

    private static int HeightOf(WorkloadResult result) => HeadHeight + Bars(result).Count * RowHeight;

    private static string ClassOf(PeerKind kind) => kind switch { PeerKind.Product => "product", PeerKind.Floor => "floor", _ => "other" };

    private static string Shortened(string text) => text.Length <= 72 ? text : text[..71] + "…";

    private static string Escape(string text) => SecurityElement.Escape(text)!;
}
