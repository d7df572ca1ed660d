using System.Text;
using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.CommandLine;

/// <summary>The commands that work with a configuration and with the data of a server.</summary>
public sealed class LocalCommandTests
{
    private const string Secret = "a-secret-of-at-least-thirty-two-bytes";

    [Fact]
    public async Task Config_prints_what_everything_comes_to_and_hides_secrets()
    {
        using var files = new Files(("base.conf", "a { b = [1, 2], c = ${?REALTIME_TEST_NAME} }"), ("top.conf", $"include \"base.conf\"\na.b += 3\nrealtime.auth.jwt.hs256-secret = \"{Secret}\""));
        var environment = new Dictionary<string, string> { ["REALTIME_TEST_NAME"] = "berlin" };

        var all = await Cli.RunAsync(environment, "", "config", "--config", files["top.conf"], "--set", "realtime.http.port=9000");
        var one = await Cli.RunAsync("config", "--config", files["top.conf"], "--path", "a.b");
        var none = await Cli.RunAsync("config", "--config", files["top.conf"], "--path", "a.z");

        var json = JsonDocument.Parse(all.Output).RootElement;
        Assert.Equal("berlin", json.GetProperty("a").GetProperty("c").GetString());
        Assert.Equal("[1,2,3]", JsonSerializer.Serialize(JsonDocument.Parse(one.Output).RootElement));
        Assert.Equal("***", json.GetProperty("realtime").GetProperty("auth").GetProperty("jwt").GetProperty("hs256-secret").GetString());
        Assert.DoesNotContain(Secret, all.Output, StringComparison.Ordinal);
        Assert.Equal((1, "There is nothing at a.z."), (none.ExitCode, none.Error.Trim()));
    }

    [Fact]
    public async Task A_token_of_the_command_line_opens_the_server_of_the_same_configuration()
    {
        using var files = new Files(("jwt.conf", $"realtime {{ auth {{ mode = jwt, jwt.hs256-secret = \"{Secret}\" }}, machine-figures.enabled = false }}"));
        await using var server = await ServerProcess.StartAsync("realtime.auth.mode=jwt", $"realtime.auth.jwt.hs256-secret={Secret}", "realtime.machine-figures.enabled=false");

        var token = await Cli.RunAsync("token", "--config", files["jwt.conf"], "--subject", "u1", "--channel", "a.>=publish,subscribe,history", "--lifetime", "5m");
        var environment = Cli.At(server);
        var without = await Cli.RunAsync(environment, "", "publish", "a.b", "x", "1");
        environment["REALTIME_TOKEN"] = token.Output.Trim();
        var with = await Cli.RunAsync(environment, "", "publish", "a.b", "x", "1");
        var elsewhere = await Cli.RunAsync(environment, "", "publish", "b.b", "x", "1");
        var tailed = await Cli.RunAsync(environment, "", "tail", "a.b", "--from", "earliest", "-n", "1", "--json");

        Assert.Equal(0, token.ExitCode);
        Assert.Equal((4, 0, 4), (without.ExitCode, with.ExitCode, elsewhere.ExitCode));
        Assert.Contains("publish", elsewhere.Error, StringComparison.Ordinal);
        Assert.Contains("\"user\":\"u1\"", tailed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Output.Trim().Split('.')[1], server.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.>=subscribe,everything", "'everything' came")]
    [InlineData("a.>", "pattern and its rights")]
    [InlineData("a..b=subscribe", "empty segments")]
    public async Task A_token_that_means_nothing_is_not_made(string grant, string words)
    {
        var result = await Cli.RunAsync("token", "--set", "realtime.auth.mode=jwt", "--set", $"realtime.auth.jwt.hs256-secret={Secret}", "--subject", "u1", "--channel", grant);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_finds_the_event_that_somebody_changed_in_the_file()
    {
        await using var server = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false");
        await using (var client = await WireClient.ConnectAsync(server))
        {
            for (var i = 1; i <= 20; i++)
                await client.PublishAsync("verified.log", $"\"canary-{i:00}\"");
        }

        var whileRunning = await Cli.RunAsync("verify", "--set", $"realtime.data-directory={server.DataDirectory}", "--json");
        await server.StopAsync();
        Change(server.DataDirectory, "canary-13", "canary-31");
        var changed = await Cli.RunAsync("verify", "--set", $"realtime.data-directory={server.DataDirectory}", "--json");

        Assert.Equal(0, whileRunning.ExitCode);
        Assert.Equal(20, JsonDocument.Parse(whileRunning.Output).RootElement.GetProperty("events").GetInt64());
        Assert.Equal(1, changed.ExitCode);
        var fault = Assert.Single(JsonDocument.Parse(changed.Output).RootElement.GetProperty("faults").EnumerateArray());
        Assert.Equal(("verified.log", 13), (fault.GetProperty("channel").GetString(), fault.GetProperty("offset").GetInt64()));
    }

    [Fact]
    public async Task Help_names_every_command_and_the_exit_codes()
    {
        var help = await Cli.RunAsync("--help");

        Assert.Equal(0, help.ExitCode);
        foreach (var command in (string[])["serve", "publish", "tail", "channels", "sessions", "token", "config", "verify", "backup", "restore", "bench", "top"])
            Assert.Contains($"  {command} ", help.Output, StringComparison.Ordinal);

        Assert.Contains("Exit codes: 0 done", help.Output, StringComparison.Ordinal);
    }

    private static void Change(string directory, string from, string to)
    {
        var changes = 0;
        foreach (var file in Directory.GetFiles(directory, "journal.db*"))
        {
            var bytes = File.ReadAllBytes(file);
            var at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(from));
            if (at < 0)
                continue;

            Encoding.UTF8.GetBytes(to).CopyTo(bytes, at);
            File.WriteAllBytes(file, bytes);
            changes++;
        }

        Assert.Equal(1, changes);
    }

    private sealed class Files : IDisposable
    {
        private readonly string _directory = Directory.CreateTempSubdirectory("realtime-conf-").FullName;

        internal Files(params (string Name, string Text)[] files)
        {
            foreach (var (name, text) in files)
                File.WriteAllText(this[name], text);
        }

        internal string this[string name] => Path.Combine(_directory, name);

        public void Dispose() => Directory.Delete(_directory, recursive: true);
    }
}
