using System.Diagnostics;
using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.CommandLine;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Presence;

/// <summary>Who is there, over a real wire: others see who comes, who is killed, and nothing of who comes back in time.</summary>
public sealed class PresenceTests : IAsyncLifetime
{
    private const string Channel = "room";
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(6);
    private ServerProcess _server = null!;

    public async Task InitializeAsync() => _server = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false", $"realtime.presence.grace={_grace.TotalSeconds}s");

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_process_that_is_killed_is_there_for_its_grace_time_and_then_gone()
    {
        await using var watcher = await WireClient.FollowAsync(_server, Channel, ""","presence":"members" """);
        var first = await watcher.TakeAsync("presence");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(PresentUntilKilled).Assembly.Location, "present-until-killed", _server.Address.ToString(), Channel])
        {
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("present", await process.StandardOutput.ReadLineAsync());
        var joined = await watcher.TakeAsync("presence");

        var killed = Stopwatch.StartNew();
        process.Kill();
        await process.WaitForExitAsync();
        var page = await watcher.AskAsync("read", $$"""{"channel":"{{Channel}}","what":"presence"}""", "page");
        var left = await watcher.TakeAsync("presence");

        Assert.Equal(("full", 0), (first.GetProperty("kind").GetString(), first.GetProperty("count").GetInt32()));
        var member = Assert.Single(joined.GetProperty("joined").EnumerateArray());
        Assert.Equal(process.Id, member.GetProperty("state").GetProperty("process").GetInt32());
        Assert.Equal(1, page.GetProperty("count").GetInt32());
        Assert.True(killed.Elapsed >= _grace, $"Gone after {killed.Elapsed}; {_grace} of grace were expected.");
        Assert.Equal(member.GetProperty("session").GetString(), Assert.Single(left.GetProperty("left").EnumerateArray()).GetProperty("session").GetString());
        Assert.Equal(0, left.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Who_comes_back_in_time_was_never_gone()
    {
        await using var watcher = await WireClient.FollowAsync(_server, Channel, ""","presence":"members" """);
        await watcher.TakeAsync("presence");
        await using var member = await WireClient.ConnectAsync(_server);
        await member.AskAsync("presence", $$"""{"channel":"{{Channel}}","state":1}""", "ok");
        await watcher.TakeAsync("presence");

        member.Abort();
        await using var again = await WireClient.ResumeAsync(_server, member);
        await again.AskAsync("presence", $$"""{"channel":"{{Channel}}","state":2}""", "ok");

        var updated = await watcher.TakeAsync("presence");
        Assert.Equal(2, Assert.Single(updated.GetProperty("updated").EnumerateArray()).GetProperty("state").GetInt32());
        Assert.Equal((0, 0), (updated.GetProperty("joined").GetArrayLength(), updated.GetProperty("left").GetArrayLength()));
        Assert.Equal(PresentIds(again), PresentIds(await again.TakeAsync("presence")));
    }

    [Fact]
    public async Task Http_and_the_command_line_say_who_is_there()
    {
        await using var one = await WireClient.ConnectAsync(_server);
        await using var two = await WireClient.ConnectAsync(_server);
        await one.AskAsync("presence", """{"channel":"room.http","state":{"name":"one"}}""", "ok");
        await two.AskAsync("presence", """{"channel":"room.http","state":{"name":"two"}}""", "ok");

        using var first = JsonDocument.Parse(await _server.Http.GetStringAsync("v1/channels/room.http/presence?limit=1"));
        var next = first.RootElement.GetProperty("next").GetString()!;
        using var second = JsonDocument.Parse(await _server.Http.GetStringAsync($"v1/channels/room.http/presence?limit=1&after={next}"));
        var list = await Cli.RunAsync(_server, "presence", "room.http");
        var lines = await Cli.RunAsync(_server, "presence", "room.http", "--json");
        var count = await Cli.RunAsync(_server, "presence", "room.http", "--count");

        Assert.Equal(2, first.RootElement.GetProperty("count").GetInt32());
        Assert.Equal(JsonValueKind.Null, second.RootElement.GetProperty("next").ValueKind);
        string[] sessions = [.. new[] { one, two }.SelectMany(PresentIds).Order(StringComparer.Ordinal)];
        Assert.Equal(sessions, PresentIn(first).Concat(PresentIn(second)));
        Assert.All(sessions, session => Assert.Contains(session, list.Output, StringComparison.Ordinal));
        Assert.Equal(2, lines.Lines.Length);
        Assert.Equal((0, "2"), (count.ExitCode, count.Output.Trim()));
    }

    private static IEnumerable<string> PresentIn(JsonDocument page) => page.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("session").GetString()!);

    private static string[] PresentIds(WireClient client) => [client.Welcome.GetProperty("session").GetProperty("id").GetString()!];

    private static string[] PresentIds(JsonElement presence) => [.. presence.GetProperty("joined").EnumerateArray().Select(member => member.GetProperty("session").GetString()!)];
}
