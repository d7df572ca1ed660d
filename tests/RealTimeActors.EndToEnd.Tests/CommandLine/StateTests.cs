using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.CommandLine;

/// <summary>Shared state from a terminal.</summary>
public sealed class StateTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly ServerProcess _server = shared.Server;

    [Fact]
    public async Task An_entry_is_set_merged_read_listed_and_deleted()
    {
        var set = await Cli.RunAsync(_server, "state", "set", "cli.state", "grant-7", """{"amount": 1.50, "office": "berlin"}""");
        var merged = await Cli.RunAsync(Cli.At(_server), """{"office":null}""", "state", "merge", "cli.state", "grant-7");
        var incremented = await Cli.RunAsync(_server, "state", "increment", "cli.state", "grant-7", """{"amount":1}""", "--json");
        var value = await Cli.RunAsync(_server, "state", "get", "cli.state", "grant-7");
        var then = await Cli.RunAsync(_server, "state", "get", "cli.state", "grant-7", "--at", "1");
        var list = await Cli.RunAsync(_server, "state", "get", "cli.state");
        var lines = await Cli.RunAsync(_server, "state", "get", "cli.state", "--json");
        var deleted = await Cli.RunAsync(_server, "state", "delete", "cli.state", "grant-7");
        var gone = await Cli.RunAsync(_server, "state", "get", "cli.state", "grant-7");

        Assert.Equal((0, "grant-7 applied #1, version 1"), (set.ExitCode, set.Output.Trim()));
        Assert.Equal((0, "grant-7 applied #2, version 2"), (merged.ExitCode, merged.Output.Trim()));
        Assert.Equal(3, Json(incremented.Output).GetProperty("version").GetInt32());
        Assert.Equal(2.5m, Json(value.Output).GetProperty("amount").GetDecimal());
        Assert.Equal("""{"amount":1.50,"office":"berlin"}""", then.Output.Trim());
        Assert.Contains(list.Lines, line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..2] is ["grant-7", "3"]);
        Assert.Equal("grant-7", Json(Assert.Single(lines.Lines)).GetProperty("key").GetString());
        Assert.Equal(0, deleted.ExitCode);
        Assert.Equal(1, gone.ExitCode);
        Assert.Contains("There is no 'grant-7'", gone.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_is_not_the_present_one_changes_nothing()
    {
        var created = await Cli.RunAsync(_server, "state", "set", "cli.versions", "k", "1", "--if-version", "0");
        var again = await Cli.RunAsync(_server, "state", "set", "cli.versions", "k", "2", "--if-version", "0");
        var late = await Cli.RunAsync(_server, "state", "set", "cli.versions", "k", "2", "--if-version", "7");
        var right = await Cli.RunAsync(_server, "state", "set", "cli.versions", "k", "2", "--if-version", "1", "--mutation-id", "m-1");
        var repeated = await Cli.RunAsync(_server, "state", "set", "cli.versions", "k", "2", "--if-version", "1", "--mutation-id", "m-1");

        Assert.Equal((0, 1, 1, 0, 0), (created.ExitCode, again.ExitCode, late.ExitCode, right.ExitCode, repeated.ExitCode));
        Assert.Contains("Nothing was changed", late.Error, StringComparison.Ordinal);
        Assert.Contains("was done already", repeated.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_history_lists_every_change()
    {
        await Cli.RunAsync(_server, "state", "set", "cli.history", "k", "1");
        await Cli.RunAsync(_server, "state", "set", "cli.history", "other", "1");
        await Cli.RunAsync(_server, "state", "set", "cli.history", "k", "2");

        var history = await Cli.RunAsync(_server, "state", "history", "cli.history", "k");
        var last = await Cli.RunAsync(_server, "state", "history", "cli.history", "k", "--from", "last:1", "--json");

        Assert.Equal(3, history.Lines.Length);
        Assert.Equal(["OFFSET", "1", "3"], history.Lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]));
        Assert.Equal(2, Json(Assert.Single(last.Lines)).GetProperty("data").GetProperty("value").GetInt32());
    }

    [Fact]
    public async Task The_history_says_which_rule_decided_and_what_stayed()
    {
        await Cli.RunAsync(_server, "state", "merge", "cli.decided", "k", """{"title":"new"}""", "--time", "2026-01-01T00:00:02Z");
        await Cli.RunAsync(_server, "state", "merge", "cli.decided", "k", """{"title":"old","note":"n"}""", "--time", "2026-01-01T00:00:01Z");

        var history = await Cli.RunAsync(_server, "state", "history", "cli.decided", "k");

        Assert.Contains("title kept", history.Lines[^1], StringComparison.Ordinal);
        Assert.Contains("by last-write", history.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_is_said_before_anything_is_sent()
    {
        var noJson = await Cli.RunAsync(_server, "state", "set", "cli.wrong", "k", "text");
        var noVersion = await Cli.RunAsync(_server, "state", "set", "cli.wrong", "k", "1", "--if-version", "-1");
        var noKey = await Cli.RunAsync(_server, "state", "set", "cli.wrong");
        var help = await Cli.RunAsync("state", "--help");
        var unreachable = await Cli.RunAsync("state", "get", "cli.wrong", "--server", "http://127.0.0.1:9");

        Assert.Equal((2, 2, 2), (noJson.ExitCode, noVersion.ExitCode, noKey.ExitCode));
        Assert.Contains("A text needs quotes of its own", noJson.Error, StringComparison.Ordinal);
        Assert.Equal(0, help.ExitCode);
        foreach (var word in new[] { "get", "set", "merge", "increment", "add", "remove", "delete", "history" })
            Assert.Contains(word, help.Output, StringComparison.Ordinal);

        Assert.Equal(3, unreachable.ExitCode);
    }

    [Theory]
    [InlineData("state", "get", "cli.dots", "..")]
    [InlineData("state", "get", "cli.dots", "")]
    [InlineData("state", "delete", "cli.dots", ".")]
    [InlineData("state", "history", "cli.dots", ".")]
    [InlineData("channels", ".")]
    [InlineData("sessions", "")]
    [InlineData("publish", "..", "type", "1")]
    [InlineData("presence", ".")]
    [InlineData("dlq", "list", ".")]
    [InlineData("prove", ".", "1")]
    [InlineData("cluster", "drain", "..")]
    public async Task What_would_be_another_address_is_no_name(params string[] arguments)
    {
        var result = await Cli.RunAsync(_server, arguments);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("a name that can stand in an address is expected", Assert.Single(result.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
