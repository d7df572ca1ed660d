using System.Text;
using System.Text.Json;
using RealTimeActors.Hosting.Telemetry.Exposition;

namespace RealTimeActors.Edge.Tests.Metrics;

public sealed class ExpositionTests
{
    private const string Nasty = "a \"quoted\" back\\slash, a {brace} = and\nanother line, ünï";
    private static readonly KeyValuePair<string, string>[] _target = [new("service_name", "realtime")];

    private static readonly MetricFamily[] _families =
    [
        new("things_bytes", "bytes", Nasty, MetricKind.Counter,
        [
            new([new("code", Nasty), new("kind", "")]) { Value = 12_345_678_901_234 },
            new([new("code", "ok")]) { Value = 0.1 + 0.2 },
        ]),
        new("temperature", "", "", MetricKind.Gauge,
        [
            new([new("at", "nowhere")]) { Value = double.NaN },
            new([new("at", "sun")]) { Value = double.PositiveInfinity },
            new([new("at", "void")]) { Value = double.NegativeInfinity },
            new([new("at", "here")]) { Value = -1.5e-9 },
        ]),
        new("wait_seconds", "seconds", "How long.", MetricKind.Histogram,
        [
            new([new("stage", "one")]) { Value = 3.25, Count = 7, Buckets = [(0.00005, 1), (1, 4), (10, 4), (double.PositiveInfinity, 7)] },
            new([]) { Value = 0, Count = 0, Buckets = [(0.00005, 0), (1, 0), (10, 0), (double.PositiveInfinity, 0)] },
        ]),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_written_reads_back_as_it_was_by_the_rules_of_the_format(bool isOpenMetrics)
    {
        var text = Encoding.UTF8.GetString(PrometheusText.Write(_families, _target, isOpenMetrics));
        var read = StrictExposition.Read(text, isOpenMetrics);

        Assert.Equal(["target", "things_bytes", "temperature", "wait_seconds"], read.Families.Select(family => family.Name.Replace("_total", "", StringComparison.Ordinal).Replace("_info", "", StringComparison.Ordinal)));
        Assert.Equal(Nasty, read.Families[1].Help);
        Assert.Null(read.Families[2].Help);
        Assert.Equal(1, read["target_info service_name=realtime"]);
        Assert.Equal(12_345_678_901_234, read[$"things_bytes_total code={Nasty} kind="]);
        Assert.Equal(0.1 + 0.2, read["things_bytes_total code=ok"]);
        Assert.Equal(
            [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -1.5e-9],
            new[] { "nowhere", "sun", "void", "here" }.Select(at => read[$"temperature at={at}"]));
        Assert.Equal((3.25, 7, 4), (read["wait_seconds_sum stage=one"], read["wait_seconds_count stage=one"], read[$"wait_seconds_bucket le={(isOpenMetrics ? "10.0" : "10")} stage=one"]));
        Assert.Equal(0, read["wait_seconds_bucket le=+Inf"]);
        Assert.Equal(isOpenMetrics ? "bytes" : null, read.Families[1].Unit);
    }

    [Theory]
    [InlineData("a 1", "the last line")]
    [InlineData("# TYPE a_total counter\na_total 1 \n", "number")]
    [InlineData("a 1\n", "described")]
    [InlineData("# TYPE a gauge\na 1\na 1\n", "once")]
    [InlineData("# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\na{x=\"1\"} 1\n", "described last")]
    [InlineData("# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# HELP a late\n", "together")]
    [InlineData("# TYPE a gauge\na{x=\"\\t\"} 1\n", "escape")]
    [InlineData("# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n", "shrink")]
    [InlineData("# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n", "+Inf")]
    [InlineData("# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 2\n", "count")]
    [InlineData("# TYPE a counter\na 1\n", "_total")]
    [InlineData("# TYPE a gauge\na 1,5\n", "number")]
    public void The_reader_of_these_tests_is_strict(string text, string complaint)
    {
        var refused = Assert.Throws<FormatException>(() => StrictExposition.Read(text));

        Assert.Contains(complaint, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("realtime.journal.append.duration", "s", "Histogram", "realtime_journal_append_duration_seconds")]
    [InlineData("realtime.sent", "By", "Counter", "realtime_sent_bytes")]
    [InlineData("realtime.events.published", "{event}", "Counter", "realtime_events_published")]
    [InlineData("things_total", "{thing}", "Counter", "things")]
    [InlineData("already.seconds", "s", "Gauge", "already_seconds")]
    [InlineData("load", "1", "Gauge", "load_ratio")]
    [InlineData("steps", "1", "Counter", "steps")]
    [InlineData("speed", "By/s", "Gauge", "speed_bytes_per_second")]
    [InlineData("rate", "{request}/s", "Gauge", "rate_per_second")]
    [InlineData("9.lives--of a_cat", null, "Gauge", "_9_lives_of_a_cat")]
    public void Names_are_those_that_Prometheus_expects(string name, string? unit, string kind, string expected) =>
        Assert.Equal(expected, PrometheusNames.Family(name, PrometheusNames.Unit(unit, Enum.Parse<MetricKind>(kind))));

    [Fact]
    public void The_same_figures_come_as_JSON()
    {
        var at = new DateTimeOffset(2026, 11, 21, 12, 0, 0, 250, TimeSpan.Zero);
        var json = JsonDocument.Parse(MetricsJson.Write(_families, _target, at)).RootElement;

        Assert.Equal("2026-11-21T12:00:00.250Z", json.GetProperty("at").GetString());
        Assert.Equal("realtime", json.GetProperty("target").GetProperty("service_name").GetString());
        var metrics = json.GetProperty("metrics").EnumerateArray().ToList();
        Assert.Equal(["things_bytes_total counter", "temperature gauge", "wait_seconds histogram"], metrics.Select(m => $"{m.GetProperty("name")} {m.GetProperty("type")}"));
        Assert.Equal(Nasty, metrics[0].GetProperty("points")[0].GetProperty("labels").GetProperty("code").GetString());
        Assert.Equal(JsonValueKind.Null, metrics[1].GetProperty("points")[0].GetProperty("value").ValueKind);
        var wait = metrics[2].GetProperty("points")[0];
        Assert.Equal((7, 3.25), (wait.GetProperty("count").GetInt32(), wait.GetProperty("sum").GetDouble()));
        Assert.Equal("""[{"le":5E-05,"count":1},{"le":1,"count":4},{"le":10,"count":4},{"le":null,"count":7}]""", wait.GetProperty("buckets").GetRawText());
    }
}
