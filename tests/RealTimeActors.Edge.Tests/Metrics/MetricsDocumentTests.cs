using System.Text.RegularExpressions;
using RealTimeActors.Edge.Tests.Support;

namespace RealTimeActors.Edge.Tests.Metrics;

public sealed partial class MetricsDocumentTests
{
    [Fact]
    public async Task Every_figure_stands_in_the_document_with_its_type_and_nothing_else_does()
    {
        await using var server = await RealServer.StartAsync("realtime.auth.mode=jwt", "realtime.auth.jwt.hs256-secret=0123456789abcdef0123456789abcdef", "realtime.telemetry.prometheus.access=open");

        // Histograms are there once they have a sample, and so is a write that failed.
        string[] later =
        [
            "realtime_publish_duration_seconds", "realtime_stage_duration_seconds", "realtime_journal_append_duration_seconds", "realtime_journal_commit_duration_seconds",
            "realtime_journal_commit_writes", "realtime_journal_commit_size_bytes", "realtime_journal_failures_total", "realtime_shard_pause_seconds",
        ];
        var figures = await server.Http.ScrapeAsync();
        var shown = figures.Families.Where(family => family.Name.StartsWith("realtime_", StringComparison.Ordinal)).ToDictionary(family => family.Name, family => family.Type);
        var documented = Row().Matches(await File.ReadAllTextAsync(Document())).ToDictionary(row => row.Groups["name"].Value, row => row.Groups["type"].Value);

        Assert.Empty(shown.Keys.Except(documented.Keys));
        Assert.DoesNotContain(documented.Keys.Except(shown.Keys).Except(later), name => !IsOfCluster(name));
        Assert.All(shown, figure => Assert.Equal((figure.Key, figure.Value), (figure.Key, documented[figure.Key])));
    }

    /// <summary>A node that is alone has none of these; those of a cluster are held against the document by the tests of the topology.</summary>
    private static bool IsOfCluster(string name) => name.StartsWith("realtime_cluster_", StringComparison.Ordinal) || name.StartsWith("realtime_links_", StringComparison.Ordinal);

    private static string Document()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "RealTimeActors.sln")))
            directory = directory.Parent;

        return Path.Combine(directory.FullName, "src", "RealTimeActors.Hosting", "METRICS.md");
    }

    [GeneratedRegex(@"^\| `(?<name>realtime_[a-z_]+)` \| (?<type>counter|gauge|histogram) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
