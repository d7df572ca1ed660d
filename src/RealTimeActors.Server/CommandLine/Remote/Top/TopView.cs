using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RealTimeActors.Server.CommandLine.Remote.Top;

/// <summary>What <c>top</c> shows: a server between two looks at it.</summary>
internal sealed class TopView(JsonElement server, MetricsSample before, MetricsSample now, IReadOnlyDictionary<string, long> headsBefore, IReadOnlyList<JsonElement> channels)
{
    private const int ChannelsShown = 15;

    /// <summary>For the terminal.</summary>
    internal IRenderable Render() => new Rows(new Markup(Title()), Figures(), new Text(""), Channels());

    /// <summary>The same for programs.</summary>
    internal object ToJson() => new
    {
        node = server.GetProperty("node").GetString(),
        ready = server.GetProperty("ready").GetBoolean(),
        connections = now["realtime_connections"],
        subscriptions = now["realtime_subscriptions"],
        publishedPerSecond = Math.Round(now.PerSecond("realtime_events_published_total", before), 1),
        deliveredPerSecond = Math.Round(now.PerSecond("realtime_events_delivered_total", before), 1),
        refusedPerSecond = Math.Round(now.PerSecond("realtime_events_refused_total", before), 1),
        sentBytesPerSecond = Math.Round(now.PerSecond("realtime_sent_bytes_total", before)),
        journalP99Ms = Milliseconds("realtime_journal_append_duration_seconds", 0.99),
        lag = now["realtime_lag_events"],
        lagMax = now["realtime_lag_events_max"],
        dropped = now["realtime_events_dropped_total"],
        workingSetBytes = now["dotnet_process_memory_working_set_bytes"],
        cpu = Math.Round(now.PerSecond("dotnet_process_cpu_time_seconds_total", before), 2),
        channels = Busiest().Select(channel => new { channel = channel.Name, head = channel.Head, perSecond = Math.Round(channel.PerSecond, 1), subscribers = channel.Subscribers }),
    };

    private string Title()
    {
        var isReady = server.GetProperty("ready").GetBoolean();
        var state = isReady ? "[green]ready[/]" : $"[red]{Cells.Of(server, "notReady")}[/]";
        var up = Cells.Duration(TimeSpan.FromMilliseconds(server.GetProperty("uptimeMs").GetInt64()));
        return $"[bold]{Cells.Of(server, "node")}[/] {Cells.Of(server, "version")} · {state} · up {up} · journal {Cells.Of(server, "journal")}";
    }

    private Grid Figures()
    {
        var grid = new Grid { Expand = false };
        for (var i = 0; i < 6; i++)
            grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, i % 2 == 0 ? 1 : 4, 0), Alignment = i % 2 == 0 ? Justify.Left : Justify.Right });

        Row(grid, "published/s", Rate("realtime_events_published_total"), "connections", Count("realtime_connections"), "journal p50", Time("realtime_journal_append_duration_seconds", 0.5));
        Row(grid, "delivered/s", Rate("realtime_events_delivered_total"), "subscriptions", Count("realtime_subscriptions"), "journal p99", Time("realtime_journal_append_duration_seconds", 0.99));
        Row(grid, "refused/s", Rate("realtime_events_refused_total"), "sessions", Count("realtime_sessions_open"), "commits/s", Rate("realtime_journal_commit_duration_seconds_count"));
        Row(grid, "sent/s", Bytes(now.PerSecond("realtime_sent_bytes_total", before)), "catching up", Count("realtime_subscriptions_catching_up"), "waiting writes", Count("realtime_journal_queue_writes"));
        Row(grid, "received/s", Bytes(now.PerSecond("realtime_received_bytes_total", before)), "lag (max)", $"{Count("realtime_lag_events")} ({Count("realtime_lag_events_max")})", "memory", Bytes(now["dotnet_process_memory_working_set_bytes"]));
        Row(grid, "acks/s", Rate("realtime_acks_total"), "dropped", Count("realtime_events_dropped_total"), "cpu", string.Create(CultureInfo.InvariantCulture, $"{now.PerSecond("dotnet_process_cpu_time_seconds_total", before):0.00}"));
        return grid;
    }

    private Table Channels()
    {
        var table = Cells.Table("CHANNEL", "EVENTS/S", "HEAD", "FOLLOWED");
        foreach (var channel in Busiest())
            table.AddRow(Markup.Escape(channel.Name), string.Create(CultureInfo.InvariantCulture, $"{channel.PerSecond:0.0}"), Number(channel.Head), Number(channel.Subscribers));

        return table;
    }

    private IEnumerable<(string Name, long Head, double PerSecond, long Subscribers)> Busiest()
    {
        var seconds = Math.Max(0.001, (now.At - before.At).TotalSeconds);
        return channels
            .Select(channel =>
            {
                var name = channel.GetProperty("channel").GetString()!;
                var head = channel.GetProperty("head") is { ValueKind: JsonValueKind.Number } at ? at.GetInt64() : 0;
                return (Name: name, Head: head, PerSecond: (head - headsBefore.GetValueOrDefault(name, head)) / seconds, Subscribers: channel.GetProperty("subscribers").GetInt64());
            })
            .OrderByDescending(channel => channel.PerSecond)
            .ThenByDescending(channel => channel.Subscribers)
            .ThenBy(channel => channel.Name, StringComparer.Ordinal)
            .Take(ChannelsShown);
    }

    private static void Row(Grid grid, params string[] cells) =>
        grid.AddRow([.. cells.Select((cell, i) => (IRenderable)new Markup(i % 2 == 0 ? $"[grey]{cell}[/]" : Markup.Escape(cell)))]);

    private string Rate(string name) => Number(now.PerSecond(name, before));

    private string Count(string name) => Number(now[name]);

    private double? Milliseconds(string name, double part) => now.Quantile(name, part, before) is { } seconds and < double.PositiveInfinity ? Math.Round(seconds * 1_000, 3) : null;

    private string Time(string name, double part) => now.Quantile(name, part, before) switch
    {
        null => "–",
        double.PositiveInfinity => "> all",
        { } seconds => string.Create(CultureInfo.InvariantCulture, $"≤ {seconds * 1_000:0.###} ms"),
    };

    private static string Number(double of) => of.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Bytes(double of) => of switch
    {
        >= 1 << 30 => string.Create(CultureInfo.InvariantCulture, $"{of / (1 << 30):0.0} GiB"),
        >= 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{of / (1 << 20):0.0} MiB"),
        >= 1 << 10 => string.Create(CultureInfo.InvariantCulture, $"{of / (1 << 10):0.0} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{of:0} B"),
    };
}
