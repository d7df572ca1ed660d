using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using RealTimeActors.Edge.Tests.Support;

namespace RealTimeActors.Edge.Tests.WebSockets;

/// <summary>Patterns as they stand on the wire, letter by letter.</summary>
public sealed class PatternTests : IAsyncLifetime
{
    private readonly Queue<string> _lines = new();
    private RealServer _server = null!;

    public async Task InitializeAsync() => _server = await RealServer.StartAsync("realtime.limits.pattern-channels=3");

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_pattern_is_answered_each_channel_is_announced_and_its_events_come_under_its_own_name()
    {
        await PublishAsync("session.1.emotion");
        await PublishAsync("session.1.other");
        using var client = await HelloAsync();

        await client.SendTextAsync("""{"id":2,"subscribe":{"channel":"session.*.emotion"}}""");

        Assert.Contains("""{"id":2,"subscribed":{"channel":"session.*.emotion","epoch":"","offset":0,"head":0,"recovered":"none"}}""", await UntilAsync(client, "session.*.emotion"), StringComparison.Ordinal);
        Assert.Matches("""\{"subscribed":\{"channel":"session\.1\.emotion","epoch":"[0-9a-f]{10}","offset":1,"head":1,"recovered":"none"\}\}""", await UntilAsync(client, "session.1.emotion"));
        await PublishAsync("session.2.other");
        await PublishAsync("session.2.emotion");
        Assert.Matches("""\{"subscribed":\{"channel":"session\.2\.emotion","epoch":"[0-9a-f]{10}","offset":0,"head":1,"recovered":"none"\}\}""", await UntilAsync(client, "session.2.emotion"));
        Assert.Matches("""\{"event":\{"channel":"session\.2\.emotion","offset":1,""", await UntilAsync(client, "\"event\""));
        await client.SendTextAsync("""{"id":3,"unsubscribe":{"channel":"session.*.emotion"}}""");
        Assert.Contains("""{"id":3,"ok":{}}""", await UntilAsync(client, "\"ok\""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pattern_of_more_channels_than_allowed_is_ended_with_the_reason()
    {
        using var client = await HelloAsync();
        await client.SendTextAsync("""{"id":2,"subscribe":{"channel":"many.>"}}""");
        await UntilAsync(client, "\"id\":2");

        foreach (var channel in new[] { "many.1", "many.2", "many.3", "many.4" })
            await PublishAsync(channel);

        Assert.Contains("""{"unsubscribed":{"channel":"many.>","code":2003,"reason":"A connection follows at most 3 channels by patterns;""", await UntilAsync(client, "\"unsubscribed\""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_looks_at_a_session_sees_its_patterns_and_which_channels_came_by_them()
    {
        await PublishAsync("a.1");
        using var client = await HelloAsync();
        await client.SendTextAsync("""{"id":2,"subscribe":{"channel":"a.*"}}""");
        await UntilAsync(client, "\"a.1\"");

        var sessions = await _server.Http.GetFromJsonAsync<JsonElement>("/v1/sessions");
        var id = sessions.GetProperty("items")[0].GetProperty("session").GetString();
        var session = await _server.Http.GetFromJsonAsync<JsonElement>($"/v1/sessions/{id}");
        var followers = await _server.Http.GetFromJsonAsync<JsonElement>("/v1/channels/a.1/subscriptions");

        Assert.Equal("""["a.*"]""", session.GetProperty("patterns").GetRawText());
        var subscription = Assert.Single(session.GetProperty("subscriptions").EnumerateArray());
        Assert.Equal(("a.1", "a.*", "live"), (subscription.GetProperty("channel").GetString(), subscription.GetProperty("pattern").GetString(), subscription.GetProperty("state").GetString()));
        Assert.Equal("a.*", Assert.Single(followers.GetProperty("items").EnumerateArray()).GetProperty("pattern").GetString());
    }

    private async Task<RawClient> HelloAsync()
    {
        var client = await _server.ConnectAsync();
        await client.SendTextAsync("""{"id":1,"hello":{}}""");
        await UntilAsync(client, "\"welcome\"");
        return client;
    }

    private async Task PublishAsync(string channel)
    {
        using var content = new StringContent("""{"type":"t","data":1}""", Encoding.UTF8, "application/json");
        (await _server.Http.PostAsync($"/v1/channels/{channel}/events", content)).EnsureSuccessStatusCode();
    }

    /// <summary>The next line that has the text in it; those before it are dropped.</summary>
    private async Task<string> UntilAsync(RawClient client, string text)
    {
        while (true)
        {
            while (_lines.TryDequeue(out var line))
            {
                if (line.Contains(text, StringComparison.Ordinal))
                    return line;
            }

            foreach (var line in Encoding.UTF8.GetString((await client.ReadFrameAsync()).Payload).Split('\n'))
                _lines.Enqueue(line);
        }
    }
}
