using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.CommandLine;

/// <summary>Looking at a server from a terminal.</summary>
public sealed class LookingTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly ServerProcess _server = shared.Server;

    [Fact]
    public async Task Channels_and_sessions_are_listed_with_where_they_stand()
    {
        await using var client = await WireClient.FollowAsync(_server, "look.one");
        await client.PublishRunAsync("look.one", 1, 3);
        await client.TakeEventsAsync(3);

        var channels = await Cli.RunAsync(_server, "channels", "--prefix", "look.one");
        var followers = await Cli.RunAsync(_server, "channels", "look.one", "--json");
        var sessions = await Cli.RunAsync(_server, "sessions", "--json");

        Assert.Equal(["look.one", "durable", "1", "3", "1"], channels.Lines[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..5]);
        var follower = Json(Assert.Single(followers.Lines));
        Assert.Equal(("live", 3), (follower.GetProperty("state").GetString(), follower.GetProperty("sent").GetInt32()));
        var session = follower.GetProperty("session").GetString()!;
        Assert.Contains(sessions.Lines, line => Json(line).GetProperty("session").GetString() == session);
        var one = await Cli.RunAsync(_server, "sessions", session);
        Assert.Contains("look.one", one.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Top_shows_what_the_server_does()
    {
        await Cli.RunAsync(Cli.At(_server), "1\n2\n", "publish", "look.top", "line", "--lines");

        var once = await Cli.RunAsync(_server, "top", "--once", "--every", "0.1");
        var json = Json((await Cli.RunAsync(_server, "top", "--once", "--every", "0.1", "--json")).Output);

        Assert.Contains("published/s", once.Output, StringComparison.Ordinal);
        Assert.Contains("look.top", once.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', once.Output);
        Assert.True(json.GetProperty("ready").GetBoolean());
        Assert.Contains(json.GetProperty("channels").EnumerateArray(), channel => channel.GetProperty("channel").GetString() == "look.top" && channel.GetProperty("head").GetInt64() == 2);
    }

    [Fact]
    public async Task What_is_not_there_is_said()
    {
        var result = await Cli.RunAsync(_server, "sessions", "s-nobody");

        Assert.Equal(1, result.ExitCode);
        Assert.NotEmpty(result.Error);
    }

    private static JsonElement Json(string line) => JsonDocument.Parse(line).RootElement;
}
