using System.Xml.Linq;
using RealTimeActors.Benchmarks.Peers;
using RealTimeActors.Benchmarks.Reports;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Tests;

public sealed class ReportTests
{
    private static readonly RunFacts _facts = new("2 x <fast> processor", "abc123", "dotnet run -- all", "2026-11-21T10:00:00Z");
    private static readonly RunOptions _options = RunOptions.Parse(["all"]);

    [Fact]
    public void A_table_has_medians_the_spread_and_the_ratio_to_the_first_row()
    {
        var result = W1(Measured("realtime", PeerKind.Product, 900, 1_000, 1_100), Measured("nats", PeerKind.Other, 250, 240, 260));

        var lines = new Table(result).Markdown().Split('\n');

        Assert.StartsWith("|  | deliveries/s | min … max | ratio | server CPU |", lines[0]);
        Assert.StartsWith("| realtime | 1,000 | 900 … 1,100 | 1.00 | 95 % |", lines[2]);
        Assert.StartsWith("| nats | 250 | 240 … 260 | 0.25 | 95 % |", lines[3]);
    }

    [Fact]
    public void A_target_is_printed_with_what_was_reached()
    {
        var result = W1(Measured("realtime", PeerKind.Product, 1_000), Measured("nats", PeerKind.Other, 250), Measured("signalr", PeerKind.Other, 250));

        Assert.Equal(["reach ≥ 3 × nats: 4.00 ✓", "reach ≥ 5 × signalr: 4.00 ✗"], Targets.Judge(result));
    }

    [Fact]
    public void A_target_at_which_less_is_better_is_kept_from_below()
    {
        var target = Targets.All.First(target => target.Work == "W7");
        var workload = WorkloadList.Named("w7")![0];

        Assert.Equal("reach ≤ 1.1 × p99 without it: 1.05 ✓", target.Judge(Of(1.05)));
        Assert.Equal("reach ≤ 1.1 × p99 without it: 1.20 ✗", target.Judge(Of(1.2)));
        Assert.Null(target.Judge(new WorkloadResult(workload, [])));

        WorkloadResult Of(double ratio) => new(workload, [new("realtime", "realtime", PeerKind.Product, [new Figures { [Metric.StalledRatio] = ratio }], null)]);
    }

    [Fact]
    public void The_page_says_who_was_left_out_and_why_and_when_the_load_was_the_limit()
    {
        var busy = new Figures { [Metric.Deliveries] = 1_000, [Metric.LoadCpu] = 0.99 };
        var result = W1(
            new ContenderResult("realtime", "realtime", PeerKind.Product, [busy], LeftOut: null),
            new ContenderResult("nats", "nats", PeerKind.Other, [], "nats-server is not installed\nand more of its output"));

        var page = MarkdownReport.Write(_facts, _options, [result], picture: "results.svg");

        Assert.Contains("- nats left out: nats-server is not installed\n", page);
        Assert.Contains("- realtime: the load side was busy all the time", page);
        Assert.Contains("![Bars for each workload](results.svg)", page);
        Assert.Contains("`dotnet run -- all`", page);
    }

    [Fact]
    public void The_picture_is_well_formed_and_its_longest_bar_is_the_greatest_figure()
    {
        var result = W1(Measured("realtime", PeerKind.Product, 1_000), Measured("nats", PeerKind.Other, 250), Measured("floor", PeerKind.Floor, 2_000));

        var picture = XDocument.Parse(SvgReport.Write(_facts, [result]));

        var bars = picture.Descendants().Where(element => element.Name.LocalName == "rect" && (string)element.Attribute("height")! == "14").ToList();
        Assert.Equal(["product", "other", "floor"], bars.Select(bar => (string)bar.Attribute("class")!));
        Assert.Equal(8, (double)bars[2].Attribute("width")! / (double)bars[1].Attribute("width")!, precision: 1);
        Assert.Equal(2, (double)bars[2].Attribute("width")! / (double)bars[0].Attribute("width")!, precision: 1);
        Assert.Contains("prefers-color-scheme:dark", picture.ToString());
        Assert.Contains("<fast>", picture.Root!.Value);
    }

    [Fact]
    public void A_workload_without_figures_has_no_panel()
    {
        var result = W1(new ContenderResult("realtime", "realtime", PeerKind.Product, [], "it did not start"));

        Assert.DoesNotContain("W1-1000", SvgReport.Write(_facts, [result]));
    }

    private static WorkloadResult W1(params ContenderResult[] contenders) => new(WorkloadList.Named("w1-1000")![0], contenders);

    private static ContenderResult Measured(string name, PeerKind kind, params double[] deliveries) =>
        new(name, name, kind, [.. deliveries.Select(value => new Figures { [Metric.Deliveries] = value, [Metric.ServerCpu] = 0.95 })], LeftOut: null);
}
