using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using RealTimeActors.Edge.Tests.Support;

namespace RealTimeActors.Edge.Tests.HttpApi;

/// <summary>Looking at a real server with real followers. That every answer is as it is described, the client of the tests sees to.</summary>
public sealed class InspectionTests : IAsyncLifetime
{
    private RealServer _server = null!;

    public async Task InitializeAsync() => _server = await RealServer.StartAsync(
        """realtime.channels=[{"pattern":"kept","retention":{"count":2,"age":"1d"}},{"pattern":"cursor.>","durability":"ephemeral"}]""");

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Shows_channels_and_where_they_stand()
    {
        await PublishAsync("kept", 5);
        await PublishAsync("cursor.x", 1);
        using var follower = await FollowAsync("kept");

        var page = await GetAsync("/v1/channels?limit=1");
        var rest = await GetAsync($"/v1/channels?after={page.GetProperty("next").GetString()}");
        var one = await GetAsync("/v1/channels/kept");
        var none = await GetAsync("/v1/channels/never.used");

        Assert.Equal(("cursor.x", false), (Text(page.GetProperty("items")[0], "channel"), page.GetProperty("items")[0].GetProperty("durable").GetBoolean()));
        Assert.Equal("kept", Text(Assert.Single(rest.GetProperty("items").EnumerateArray()), "channel"));
        Assert.Equal((4L, 5L, 1), (one.GetProperty("first").GetInt64(), one.GetProperty("head").GetInt64(), one.GetProperty("subscribers").GetInt32()));
        Assert.Equal("""{"count":2,"ageMs":86400000,"bytes":null}""", one.GetProperty("retention").GetRawText());
        Assert.Equal((1L, 0L), (none.GetProperty("first").GetInt64(), none.GetProperty("head").GetInt64()));
    }

    [Fact]
    public async Task Shows_who_follows_and_how_far_each_has_come()
    {
        using var follower = await FollowAsync("a");
        await PublishAsync("a", 3);
        await UntilAsync(follower, "\"offset\":3");
        await follower.SendTextAsync("""{"ack":{"channel":"a","offset":1}}""");
        await follower.SendTextAsync("""{"id":7,"ping":{}}""");
        await UntilAsync(follower, "\"pong\"");

        var page = await GetAsync("/v1/channels/a/subscriptions");

        var item = Assert.Single(page.GetProperty("items").EnumerateArray());
        Assert.Equal(("live", 1L, 3L, 2L, "auto"), (Text(item, "state"), item.GetProperty("position").GetInt64(), item.GetProperty("sent").GetInt64(), item.GetProperty("lag").GetInt64(), Text(item, "ack")));
        Assert.StartsWith("127.0.0.1:", Text(item, "remote"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_sessions_also_when_they_are_away_and_never_their_keys()
    {
        string id, key;
        using (var follower = await FollowAsync("a"))
        {
            var welcome = JsonDocument.Parse(_welcome).RootElement.GetProperty("welcome").GetProperty("session");
            (id, key) = (Text(welcome, "id"), Text(welcome, "key"));
            var connected = await GetAsync($"/v1/sessions/{id}");
            var list = await _server.Http.GetStringAsync("/v1/sessions");

            Assert.Equal(("websocket", "json", "tests/1.0"), (Text(connected, "transport"), Text(connected, "format"), Text(connected, "client")));
            Assert.Contains(id, list, StringComparison.Ordinal);
            Assert.DoesNotContain(key, connected.GetRawText() + list, StringComparison.Ordinal);
        }

        var away = await UntilAwayAsync(id);

        Assert.NotEqual(JsonValueKind.Null, away.GetProperty("expires").ValueKind);
        Assert.Equal("away", Text(away.GetProperty("subscriptions")[0], "state"));
        Assert.Equal(id, Text(Assert.Single((await GetAsync("/v1/channels/a/subscriptions")).GetProperty("items").EnumerateArray()), "session"));
    }

    [Fact]
    public async Task Ends_a_session_and_closes_its_connection()
    {
        using var follower = await FollowAsync("a");
        var id = Text(JsonDocument.Parse(_welcome).RootElement.GetProperty("welcome").GetProperty("session"), "id");

        using var ended = await _server.Http.DeleteAsync($"/v1/sessions/{id}");
        using var again = await _server.Http.DeleteAsync($"/v1/sessions/{id}");

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (ended.StatusCode, again.StatusCode));
        await UntilAsync(follower, "\"close\":{\"code\":4406");
        Assert.Empty((await GetAsync("/v1/sessions")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Shows_the_server()
    {
        using var follower = await FollowAsync("a");

        var server = await GetAsync("/v1/server");

        Assert.Equal(("n1", true, "sqlite", 1), (Text(server, "node"), server.GetProperty("ready").GetBoolean(), Text(server, "journal"), server.GetProperty("connections").GetInt32()));
        Assert.Matches(@"^\d+\.\d+\.\d+", Text(server, "version"));
    }

    private string _welcome = "";

    private async Task<RawClient> FollowAsync(string channel)
    {
        var client = await _server.ConnectAsync();
        await client.SendTextAsync($$$"""{"id":1,"hello":{"client":"tests/1.0","subscribe":[{"channel":"{{{channel}}}"}]}}""");
        _welcome = await UntilAsync(client, "\"welcome\"");
        return client;
    }

    /// <summary>The line that has this in it.</summary>
    private static async Task<string> UntilAsync(RawClient client, string part)
    {
        while (true)
        {
            var lines = Encoding.UTF8.GetString((await client.ReadFrameAsync()).Payload).Split('\n');
            if (Array.Find(lines, line => line.Contains(part, StringComparison.Ordinal)) is { } line)
                return line;
        }
    }

    /// <summary>The server finds out by itself that the connection is gone; it is asked until it has.</summary>
    private async Task<JsonElement> UntilAwayAsync(string id)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            patience.Token.ThrowIfCancellationRequested();
            var session = await GetAsync($"/v1/sessions/{id}");
            if (session.GetProperty("connection").ValueKind == JsonValueKind.Null)
                return session;
        }
    }

    private async Task PublishAsync(string channel, int count)
    {
        using var response = await _server.Http.PostAsJsonAsync($"/v1/channels/{channel}/events", Enumerable.Range(1, count).Select(n => new { type = "t", data = n }));
        response.EnsureSuccessStatusCode();
    }

    private Task<JsonElement> GetAsync(string path) => _server.Http.GetFromJsonAsync<JsonElement>(path);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
