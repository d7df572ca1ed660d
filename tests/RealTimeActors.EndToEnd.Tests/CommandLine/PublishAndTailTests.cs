using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.CommandLine;

/// <summary>Publishing and following from a terminal, on one server.</summary>
public sealed class PublishAndTailTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly ServerProcess _server = shared.Server;

    [Fact]
    public async Task What_is_published_is_what_tail_prints()
    {
        var published = await Cli.RunAsync(_server, "publish", "cli.simple", "grant.updated", """{ "id": 7 }""", "--key", "grant-7");

        var tailed = await Cli.RunAsync(_server, "tail", "cli.simple", "--from", "earliest", "--count", "1");

        Assert.Equal((0, "cli.simple #1 persisted\n"), (published.ExitCode, published.Output));
        Assert.Equal(0, tailed.ExitCode);
        Assert.EndsWith("cli.simple #1 grant.updated [grant-7] {\"id\":7}\n", tailed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_of_standard_input_become_events_in_their_order()
    {
        var lines = string.Join('\n', Enumerable.Range(1, 500));

        var published = await Cli.RunAsync(Cli.At(_server), lines, "publish", "cli.lines", "line", "--lines", "--json");
        var tailed = await Cli.RunAsync(_server, "tail", "cli.lines", "--from", "earliest", "-n", "500", "--json");

        Assert.Equal(0, published.ExitCode);
        Assert.Equal(Enumerable.Range(1, 500), published.Lines.Select(line => Json(line).GetProperty("offset").GetInt32()));
        var events = tailed.Lines.Select(Json).Where(frame => frame.TryGetProperty("event", out _)).Select(frame => frame.GetProperty("event")).ToList();
        Assert.Equal(Enumerable.Range(1, 500), events.Select(e => e.GetProperty("data").GetInt32()));
    }

    [Fact]
    public async Task A_line_that_is_no_json_stops_the_stream_where_it_stands()
    {
        var published = await Cli.RunAsync(Cli.At(_server), "1\n2\nbad\n4\n", "publish", "cli.broken", "line", "--lines");
        await Cli.RunAsync(_server, "publish", "cli.broken", "line", "5");
        var tailed = await Cli.RunAsync(_server, "tail", "cli.broken", "--from", "earliest", "-n", "3");

        Assert.Equal((2, 2), (published.ExitCode, published.Lines.Length));
        Assert.StartsWith("Line 3: ", published.Error, StringComparison.Ordinal);
        Assert.Equal(["1", "2", "5"], tailed.Lines.Select(line => line.Split(' ')[^1]));
    }

    [Theory]
    [InlineData("last:2", 4, 2)]
    [InlineData("3", 3, 3)]
    public async Task Tail_begins_where_it_is_told(string from, int first, int count)
    {
        var channel = $"cli.from-{from.Replace(':', '-')}";
        await Cli.RunAsync(Cli.At(_server), "1\n2\n3\n4\n5\n", "publish", channel, "line", "--lines");

        var tailed = await Cli.RunAsync(_server, "tail", channel, "--from", from, "-n", $"{count}");

        Assert.Equal(Enumerable.Range(first, count), tailed.Lines.Select(line => int.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_tail_with_a_session_goes_on_after_what_it_has_printed()
    {
        var file = Path.Combine(_server.DataDirectory, "tail.session");
        await Cli.RunAsync(Cli.At(_server), "1\n2\n3\n4\n", "publish", "cli.session", "line", "--lines");

        var first = await Cli.RunAsync(_server, "tail", "cli.session", "--session", file, "--from", "earliest", "-n", "2");
        var second = await Cli.RunAsync(_server, "tail", "cli.session", "--session", file, "-n", "2");

        Assert.EndsWith("#2 line 2", first.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(["3", "4"], second.Lines.Select(line => line.Split(' ')[^1]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_tail_of_a_pattern_goes_on_in_every_channel_and_begins_those_that_were_born_meanwhile()
    {
        var file = Path.Combine(_server.DataDirectory, "pattern.session");
        await Cli.RunAsync(_server, "publish", "cli-p.1.mood", "mood", "1");
        await Cli.RunAsync(_server, "publish", "cli-p.2.other", "mood", "1");
        var first = await Cli.RunAsync(_server, "tail", "cli-p.*.mood", "--session", file, "--from", "earliest", "-n", "1");
        await Cli.RunAsync(_server, "publish", "cli-p.1.mood", "mood", "2");
        await Cli.RunAsync(_server, "publish", "cli-p.3.mood", "mood", "3");

        var second = await Cli.RunAsync(_server, "tail", "cli-p.*.mood", "--session", file, "-n", "2");

        Assert.EndsWith("cli-p.1.mood #1 mood 1", first.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(["cli-p.1.mood #2 mood 2", "cli-p.3.mood #1 mood 3"], second.Lines.Select(line => line[(line.IndexOf('Z', StringComparison.Ordinal) + 2)..]).Order());
    }

    [Fact]
    public async Task Tail_prints_what_is_wanted_and_only_the_wanted_fields()
    {
        const string Channel = "cli.wanted";
        await Cli.RunAsync(_server, "publish", Channel, "grant.updated", """{"id":1,"amount":2,"note":"x"}""", "--source", "office-1");
        await Cli.RunAsync(_server, "publish", Channel, "grant.updated", """{"id":2,"amount":2,"note":"x"}""", "--source", "office-2");
        await Cli.RunAsync(_server, "publish", Channel, "deadline.passed", """{"id":3,"amount":3,"note":"x"}""", "--source", "office-1");
        await Cli.RunAsync(_server, "publish", Channel, "other", """{"id":4}""", "--source", "office-1");

        var tailed = await Cli.RunAsync(
            _server, "tail", Channel, "--from", "earliest", "-n", "2", "--filter", "type=grant.*,deadline.passed", "--filter", "source=office-1", "--fields", "id,amount");

        Assert.Equal(["""{"id":1,"amount":2}""", """{"id":3,"amount":3}"""], tailed.Lines.Select(line => line.Split(' ')[^1]));
    }

    [Fact]
    public async Task Tail_takes_the_newest_of_each_key_and_no_more_than_it_wants_in_a_second()
    {
        const string Channel = "cli.shaped";
        for (var i = 1; i <= 3; i++)
            await Cli.RunAsync(_server, "publish", Channel, "reading", $"{i}", "--key", "sensor");

        var tailed = await Cli.RunAsync(_server, "tail", Channel, "--from", "earliest", "-n", "1", "--conflate", "key", "--debounce", "50", "--max-per-second", "10");

        Assert.EndsWith("#3 reading [sensor] 3", tailed.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tail_prints_what_is_urgent_enough_and_in_its_order()
    {
        const string Channel = "cli.urgent";
        foreach (var priority in (string[])["low", "high", "normal", "critical"])
            await Cli.RunAsync(_server, "publish", Channel, "line", $"\"{priority}\"", "--priority", priority);

        var tailed = await Cli.RunAsync(_server, "tail", Channel, "--from", "earliest", "-n", "2", "--priority", "high", "--order", "offset");

        Assert.Equal(["\"high\"", "\"critical\""], tailed.Lines.Select(line => line.Split(' ')[^1]));
    }

    [Fact]
    public async Task All_that_tail_was_told_is_what_the_server_was_asked_for()
    {
        const string Channel = "cli.asked";
        await Cli.RunAsync(_server, "publish", Channel, "risk.flagged", "1", "--priority", "critical");

        var tailed = await Cli.RunAsync(
            _server,
            ["tail", Channel, "--session", Path.Combine(_server.DataDirectory, "asked.session"), "--from", "earliest", "-n", "1", "--priority", "high", "--order", "offset", "--overflow", "dropOldest",
                "--debounce", "50", "--debounce-max", "200", "--immediate", "risk.flagged,risk.gone", "--conflate", "key", "--batch", "20", "--batch-max", "7", "--max-per-second", "100"]);

        Assert.Equal(0, tailed.ExitCode);
        var asked = Json(Assert.Single((await Cli.RunAsync(_server, "channels", Channel, "--json")).Lines));
        Assert.Equal(("high", "offset", "dropOldest"), (asked.GetProperty("priority").GetString(), asked.GetProperty("order").GetString(), asked.GetProperty("overflow").GetString()));
        Assert.Equal(
            """{"debounceMs":50,"debounceMaxMs":200,"immediate":["risk.flagged","risk.gone"],"conflate":"key","batchMs":20,"batchMax":7,"maxPerSecond":100}""",
            asked.GetProperty("shape").GetRawText());
    }

    [Theory]
    [InlineData("--filter", "type", "ATTRIBUTE=VALUE")]
    [InlineData("--filter", "colour=red", "type, key, source, user, correlationId or session")]
    [InlineData("--conflate", "all", "none, key or channel")]
    [InlineData("--debounce", "60001", "from 0 to 60000")]
    [InlineData("--overflow", "catchup", "catchUp, conflate, dropOldest, disconnect")]
    [InlineData("--order", "time", "lanes, offset")]
    [InlineData("--priority", "urgent", "critical, high, normal, low")]
    [InlineData("--immediate", "risk", "neither --debounce nor --conflate")]
    [InlineData("--batch-max", "7", "no --batch")]
    [InlineData("--debounce-max", "7", "no --debounce")]
    public async Task What_tail_cannot_ask_for_is_said_before_it_connects(string option, string value, string expected)
    {
        var tailed = await Cli.RunAsync("tail", "cli.refused", option, value);

        Assert.Equal(2, tailed.ExitCode);
        Assert.Contains(expected, tailed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_goes_on_for_ever_ends_when_nobody_reads_it_any_more()
    {
        // More than a pipe holds, so that the tail is at it when its reader leaves.
        await Cli.RunAsync(Cli.At(_server), string.Join('\n', Enumerable.Repeat($"\"{new string('x', 1_000)}\"", 500)), "publish", "cli.head", "line", "--lines");

        var tail = await Cli.HeadAsync(_server, "tail", "cli.head", "--from", "earliest");
        var cluster = await Cli.HeadAsync(_server, "cluster", "--watch", "--every", "0.1");

        Assert.Equal((141, 141), (tail.ExitCode, cluster.ExitCode));
        Assert.Contains("cli.head #1 line", tail.Line, StringComparison.Ordinal);
        Assert.Contains("is alone", cluster.Line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_idempotency_key_publishes_once()
    {
        string[] publish = ["publish", "cli.once", "line", "1", "--idempotency-key", "k1", "--json"];

        var first = Json((await Cli.RunAsync(_server, publish)).Output);
        var second = Json((await Cli.RunAsync(_server, publish)).Output);

        Assert.Equal((1, false), (first.GetProperty("offset").GetInt32(), first.GetProperty("duplicate").GetBoolean()));
        Assert.Equal((1, true), (second.GetProperty("offset").GetInt32(), second.GetProperty("duplicate").GetBoolean()));
    }

    [Fact]
    public async Task Who_waits_for_acks_is_told_how_many_came_and_who_is_missing()
    {
        const string Channel = "cli.delivered";
        var nobody = await Cli.RunAsync(_server, "publish", Channel, "line", "1", "--confirm", "delivered");
        await using var silent = await WireClient.FollowAsync(_server, Channel, ""","ack":"manual" """);
        var session = silent.Welcome.GetProperty("session").GetProperty("id").GetString();

        var one = await Cli.RunAsync(_server, "publish", Channel, "line", "2", "--confirm", "delivered", "--delivered-within", "0.2", "--missing");
        var lines = await Cli.RunAsync(Cli.At(_server), "3\n4\n", "publish", Channel, "line", "--lines", "--json", "--confirm", "delivered", "--delivered-within", "0.2", "--delivered-count", "1", "--missing");

        Assert.Equal((0, $"{Channel} #1 delivered, acked by 0 of 0\n"), (nobody.ExitCode, nobody.Output));
        Assert.Equal((1, $"{Channel} #2 persisted, acked by 0 of 1; missing: {session}\n"), (one.ExitCode, one.Output));
        Assert.Equal(1, lines.ExitCode);
        Assert.Equal(
            Enumerable.Repeat($$"""{"acked":0,"of":1,"missing":[{"session":"{{session}}"}]}""", 2),
            lines.Lines.Select(line => Json(line).GetProperty("delivered").GetRawText()));
    }

    [Theory]
    [InlineData(1, "no empty segments", "publish", "a..b", "x", "1")]
    [InlineData(2, "no empty segments", "tail", "a..b")]
    [InlineData(2, "JSON is expected", "publish", "a.b", "x", "oops")]
    [InlineData(2, "'loud'", "publish", "a.b", "x", "1", "--priority", "loud")]
    [InlineData(2, "only --confirm delivered", "publish", "a.b", "x", "1", "--missing")]
    [InlineData(2, "--delivered-within", "publish", "a.b", "x", "1", "--confirm", "delivered", "--delivered-within", "301")]
    [InlineData(2, "--delivered-count", "publish", "a.b", "x", "1", "--confirm", "delivered", "--delivered-count", "0")]
    [InlineData(2, "last:N", "tail", "a.b", "--from", "sometime")]
    [InlineData(2, "number above 0", "tail", "a.b", "-n", "0")]
    [InlineData(2, "Required argument missing", "tail")]
    [InlineData(2, "--batch: a whole number is expected; 'soon' came.", "tail", "a.b", "--batch", "soon")]
    [InlineData(2, "--time: a time, as 2026-11-21T10:00:00Z, is expected; 'today' came.", "state", "set", "a.b", "k", "1", "--time", "today")]
    [InlineData(2, "SHARD: a whole number is expected; 'x' came.", "cluster", "move", "x", "core-1")]
    [InlineData(2, "--subscribers", "bench", "--subscribers", "-1")]
    [InlineData(3, "cannot be reached", "publish", "a.b", "x", "1", "--server", "http://127.0.0.1:1")]
    [InlineData(3, "cannot be reached", "tail", "a.b", "--server", "http://127.0.0.1:1", "--timeout", "1")]
    public async Task What_cannot_be_done_is_one_line_and_an_exit_code(int exitCode, string words, params string[] arguments)
    {
        var result = await Cli.RunAsync(_server, arguments);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task The_load_tool_gets_everything_that_it_publishes()
    {
        var bench = await Cli.RunAsync(_server, "bench", "--channel", "cli.bench", "--subscribers", "5", "--seconds", "2", "--json");

        var result = Json(bench.Output);
        Assert.Equal(0, bench.ExitCode);
        Assert.True(result.GetProperty("published").GetInt64() > 0, bench.Output);
        Assert.True(result.GetProperty("receiptMs").GetProperty("p99").GetDouble() > 0, bench.Output);
        Assert.True(result.GetProperty("deliveryMs").GetProperty("max").GetDouble() >= result.GetProperty("deliveryMs").GetProperty("p50").GetDouble(), bench.Output);
    }

    private static JsonElement Json(string line) => JsonDocument.Parse(line).RootElement;
}
