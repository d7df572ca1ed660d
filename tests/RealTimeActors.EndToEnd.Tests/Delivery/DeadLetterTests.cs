using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.CommandLine;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Delivery;

/// <summary>An event that its client cannot process: delivered again over connections and restarts, then among the dead letters, read and replayed.</summary>
public sealed class DeadLetterTests
{
    private static readonly string[] _settings =
    [
        "realtime.machine-figures.enabled=false",
        """realtime.channels=[{"pattern":"poison.>","retry":{"attempts":3,"delay":"200ms"}}]""",
    ];

    [Fact]
    public async Task A_poison_event_is_tried_again_over_a_kill_of_the_server_given_up_read_and_replayed_once()
    {
        await using var server = await ServerProcess.StartAsync(_settings);
        await using var before = await WireClient.FollowAsync(server, "poison.a", ""","ack":"manual" """);
        await before.PublishRunAsync("poison.a", 1, 2);
        await before.TakeEventsAsync(2);
        await before.SendAsync("""{"nack":{"channel":"poison.a","offset":1,"reason":"cannot parse it"}}""");
        Assert.Equal((1L, 2), await AgainAsync(before));
        await before.SendAsync("""{"nack":{"channel":"poison.a","offset":1,"reason":"cannot parse it"}}""", """{"ack":{"channel":"poison.a","offset":0,"ranges":[[2,2]]}}""");
        await before.AskAsync("ping", "{}", "pong");
        Assert.Equal((1L, 3), await AgainAsync(before));

        // Two attempts were nacked, and the third was under way: the server remembers, and the session gives up.
        await server.KillAsync();
        await server.RestartAsync();
        await using var after = await WireClient.ResumeAsync(server, before);
        var skipped = await after.TakeFrameAsync(frame => frame.TryGetProperty("skip", out var skip) && skip.GetProperty("from").GetInt64() == 1, "the end of offset 1");
        Assert.Equal(1, skipped.GetProperty("skip").GetProperty("to").GetInt64());

        var letter = Assert.Single((await server.Http.GetFromJsonAsync<JsonElement>("v1/channels/poison.a/dead-letters")).GetProperty("items").EnumerateArray().ToList());
        Assert.Equal(("$dead", "cannot parse it", 3, 1), letter.GetProperty("data") is var data
            ? (letter.GetProperty("type").GetString(), data.GetProperty("reason").GetString(), data.GetProperty("attempts").GetInt32(), data.GetProperty("data").GetInt32())
            : default);

        var first = await ReplayAsync(server, """{"all":true}""");
        var second = await ReplayAsync(server, """{"offset":1}""");
        Assert.Equal((1, 0), first);
        Assert.Equal((0, 1), second);
        var replayed = (await after.TakeFrameAsync(frame => frame.TryGetProperty("event", out var body) && body.GetProperty("offset").GetInt32() == 3, "the replayed event")).GetProperty("event");
        Assert.Equal(1, replayed.GetProperty("data").GetInt32());
    }

    [Fact]
    public async Task Dead_letters_are_listed_and_replayed_on_the_command_line_and_not_published_to()
    {
        await using var server = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false", """realtime.channels=[{"pattern":"poison.>","retry":{"attempts":1}}]""");
        await using var client = await WireClient.FollowAsync(server, "poison.b", ""","ack":"manual" """);
        await client.PublishRunAsync("poison.b", 1, 1);
        await client.TakeEventsAsync(1);
        await client.SendAsync("""{"nack":{"channel":"poison.b","offset":1,"reason":"no such office"}}""");
        await client.TakeAsync("skip");

        var listed = await Cli.RunAsync(server, "dlq", "list", "poison.b");
        var replayed = await Cli.RunAsync(server, "dlq", "replay", "poison.b", "--all");
        var again = await Cli.RunAsync(server, "dlq", "replay", "poison.b", "--offset", "1");
        var neither = await Cli.RunAsync(server, "dlq", "replay", "poison.b");
        using var forged = await server.Http.PostAsJsonAsync("v1/channels/$dlq.poison.b/events", new { type = "t", data = 1 });

        Assert.Contains("no such office", listed.Output, StringComparison.Ordinal);
        Assert.StartsWith("1 published again, 0 had been before", replayed.Output, StringComparison.Ordinal);
        Assert.StartsWith("0 published again, 1 had been before", again.Output, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0, 2), (listed.ExitCode, replayed.ExitCode, again.ExitCode, neither.ExitCode));
        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
        Assert.Equal(2, (await client.TakeAsync("event")).GetProperty("offset").GetInt32());
    }

    private static async Task<(long Offset, int Attempt)> AgainAsync(WireClient client)
    {
        var again = await client.TakeFrameAsync(frame => frame.TryGetProperty("event", out var body) && body.TryGetProperty("attempt", out _), "a redelivery");
        var body = again.GetProperty("event");
        return (body.GetProperty("offset").GetInt64(), body.GetProperty("attempt").GetInt32());
    }

    private static async Task<(int Replayed, int Already)> ReplayAsync(ServerProcess server, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await server.Http.PostAsync(new Uri("v1/channels/poison.a/dead-letters/replay", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return (answer.GetProperty("replayed").GetInt32(), answer.GetProperty("already").GetInt32());
    }
}
