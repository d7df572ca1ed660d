using System.Net;
using System.Text.Json;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Engine.Access;

namespace RealTimeActors.Edge.Tests.EventStreams;

/// <summary>Plain streams of channels against the whole node.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task Begins_now_and_tells_where_before_anything_has_come()
    {
        await using var server = await RealServer.StartAsync();
        await PublishAsync(server.Http, "a", 1);
        using var stream = await EventStream.OpenAsync(server.Address, "/v1/channels/a/stream");

        var first = (await stream.NextAsync())!;
        await PublishAsync(server.Http, "a", 2);
        var block = (await stream.NextEventAsync())!;

        Assert.StartsWith("retry: ", first.Lines[0], StringComparison.Ordinal);
        Assert.EndsWith("-1", first.Id, StringComparison.Ordinal);
        Assert.Empty(first.Data);
        Assert.Equal((first.Id![..^1] + "2", "t"), (block.Id, block.Event));
        Assert.Equal((2, 2), (Body(block).GetProperty("offset").GetInt64(), Body(block).GetProperty("data").GetInt32()));
    }

    [Theory]
    [InlineData("from=earliest", 1)]
    [InlineData("from=3", 3)]
    [InlineData("from=last:2", 4)]
    [InlineData("from=99", 6)]
    public async Task Begins_where_it_is_asked_to(string query, long first)
    {
        await using var server = await RealServer.StartAsync();
        for (var i = 1; i <= 5; i++)
            await PublishAsync(server.Http, "a", i);

        using var stream = await EventStream.OpenAsync(server.Address, $"/v1/channels/a/stream?{query}");
        await stream.NextAsync();
        await PublishAsync(server.Http, "a", 6);

        for (var offset = first; offset <= 6; offset++)
            Assert.Equal(offset, Body((await stream.NextEventAsync())!).GetProperty("offset").GetInt64());
    }

    [Fact]
    public async Task Goes_on_after_the_last_event_id_across_the_log_and_what_is_live()
    {
        await using var server = await RealServer.StartAsync("realtime.limits.feed-bytes=64KiB");
        string? last = null;
        using (var stream = await EventStream.OpenAsync(server.Address, "/v1/channels/a/stream"))
        {
            await stream.NextAsync();
            await PublishAsync(server.Http, "a", 1);
            last = (await stream.NextEventAsync())!.Id;
        }

        for (var i = 0; i < 5; i++)
            await PublishManyAsync(server.Http, "a", 200);

        using var back = await EventStream.OpenAsync(server.Address, "/v1/channels/a/stream", lastEventId: last);
        using var tool = await EventStream.OpenAsync(server.Address, $"/v1/channels/a/stream?lastEventId={last}");
        await PublishManyAsync(server.Http, "a", 200);

        for (var offset = 2; offset <= 1_201; offset++)
        {
            Assert.EndsWith($"-{offset}", (await back.NextEventAsync())!.Id, StringComparison.Ordinal);
            Assert.EndsWith($"-{offset}", (await tool.NextEventAsync())!.Id, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("other-3")]
    [InlineData("beyond")]
    public async Task A_position_of_another_life_or_beyond_the_head_is_a_reset_and_everything_comes_again(string last)
    {
        await using var server = await RealServer.StartAsync();
        await PublishAsync(server.Http, "a", 1);
        using var probe = await EventStream.OpenAsync(server.Address, "/v1/channels/a/stream");
        var epoch = (await probe.NextAsync())!.Id!.Split('-')[0];

        using var stream = await EventStream.OpenAsync(server.Address, "/v1/channels/a/stream", lastEventId: last == "beyond" ? $"{epoch}-7" : last);
        var reset = (await stream.NextEventAsync())!;
        var first = (await stream.NextEventAsync())!;

        Assert.Equal(("reset", $"{epoch}-0"), (reset.Event, reset.Id));
        Assert.Equal(("reset", epoch, 0, 1), (Text(reset, "recovered"), Text(reset, "epoch"), Body(reset).GetProperty("offset").GetInt32(), Body(reset).GetProperty("head").GetInt32()));
        Assert.Equal($"{epoch}-1", first.Id);
    }

    [Fact]
    public async Task What_retention_took_is_a_gap_with_its_range()
    {
        await using var server = await RealServer.StartAsync("""realtime.channels=[{"pattern":"a","retention":{"count":2}}]""");
        using var probe = await EventStream.OpenAsync(server.Address, "/v1/channels/a/stream");
        var start = (await probe.NextAsync())!.Id;
        for (var i = 1; i <= 5; i++)
            await PublishAsync(server.Http, "a", i);

        using var stream = await EventStream.OpenAsync(server.Address, "/v1/channels/a/stream", lastEventId: start);
        var gap = (await stream.NextEventAsync())!;

        Assert.Equal(("gap", 1, 3, "retention"), (gap.Event, Body(gap).GetProperty("from").GetInt32(), Body(gap).GetProperty("to").GetInt32(), Text(gap, "reason")));
        Assert.EndsWith("-3", gap.Id, StringComparison.Ordinal);
        Assert.EndsWith("-4", (await stream.NextEventAsync())!.Id, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_type_with_a_line_break_cannot_forge_a_line()
    {
        await using var server = await RealServer.StartAsync();
        using var stream = await EventStream.OpenAsync(server.Address, "/v1/channels/a/stream");
        await stream.NextAsync();
        using var content = new StringContent("""{"type":"t\ndata: forged\n\nid: k-9","data":1}""");
        (await server.Http.PostAsync("/v1/channels/a/events", content)).Dispose();

        var block = (await stream.NextEventAsync())!;

        Assert.Null(block.Event);
        Assert.Single(block.Data);
        Assert.Equal(1, Body(block).GetProperty("data").GetInt32());
    }

    [Theory]
    [InlineData("gap")]
    [InlineData("reset")]
    [InlineData("close")]
    public async Task What_the_server_says_on_the_stream_no_publisher_can_say(string type)
    {
        await using var server = await RealServer.StartAsync();
        using var stream = await EventStream.OpenAsync(server.Address, "/v1/channels/a/stream");
        await stream.NextAsync();
        using var content = new StringContent($$"""{"type":"{{type}}","data":1}""");
        (await server.Http.PostAsync("/v1/channels/a/events", content)).Dispose();

        var block = (await stream.NextEventAsync())!;

        Assert.Null(block.Event);
        Assert.Equal(type, Body(block).GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_silent_stream_shows_that_it_lives()
    {
        await using var server = await RealServer.StartAsync("realtime.http.stream-heartbeat=1s");
        using var stream = await EventStream.OpenAsync(server.Address, "/v1/channels/a/stream");
        await stream.NextAsync();

        Assert.Equal([":"], (await stream.NextAsync())!.Lines);
        Assert.Equal([":"], (await stream.NextAsync())!.Lines);
    }

    [Fact]
    public async Task Without_the_right_to_history_a_reconnect_says_what_it_leaves_out()
    {
        await using var server = await SecuredServer.StartWithTokensAsync();
        var writer = SecuredServer.Token("u1", "a", Rights.All);
        var reader = SecuredServer.Token("u2", "a", Rights.Subscribe);
        using var stream = await EventStream.OpenAsync(server.Address, "/v1/channels/a/stream", token: reader);
        var start = (await stream.NextAsync())!.Id;
        await PublishAsync(server.Http, "a", 1, writer);

        using var back = await EventStream.OpenAsync(server.Address, "/v1/channels/a/stream", lastEventId: start, token: reader);
        using var all = await EventStream.OpenAsync(server.Address, "/v1/channels/a/stream?from=earliest", token: reader);
        using var none = await EventStream.OpenAsync(server.Address, "/v1/channels/b/stream", token: reader);
        var gap = (await back.NextEventAsync())!;
        await PublishAsync(server.Http, "a", 2, writer);

        Assert.Equal(("gap", 1, 1, "history"), (gap.Event, Body(gap).GetProperty("from").GetInt32(), Body(gap).GetProperty("to").GetInt32(), Text(gap, "reason")));
        Assert.EndsWith("-2", (await back.NextEventAsync())!.Id, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (all.Response.StatusCode, none.Response.StatusCode));
    }

    [Fact]
    public async Task Putting_its_user_out_ends_it_and_taking_him_off_the_channel_does_too()
    {
        await using var server = await SecuredServer.StartWithTokensAsync();
        var admin = SecuredServer.Token("boss", ">", Rights.All);
        using var out1 = await EventStream.OpenAsync(server.Address, "/v1/channels/a/stream", token: SecuredServer.Token("u1", "a"));
        using var off2 = await EventStream.OpenAsync(server.Address, "/v1/channels/a/stream", token: SecuredServer.Token("u2", "a"));
        await out1.NextAsync();
        await off2.NextAsync();

        var put = await PostAsync(server.Http, "/v1/users/u1/disconnect", "{}", admin);
        var off = await PostAsync(server.Http, "/v1/users/u2/unsubscribe", """{"channel":"a"}""", admin);

        Assert.Equal((1, 1), (put.GetProperty("connections").GetInt32(), off.GetProperty("subscriptions").GetInt32()));
        Assert.Equal(4302, Body((await out1.NextEventAsync())!).GetProperty("code").GetInt32());
        Assert.Equal(4403, Body((await off2.NextEventAsync())!).GetProperty("code").GetInt32());
        Assert.Null(await out1.NextAsync());
        Assert.Null(await off2.NextAsync());
    }

    [Fact]
    public async Task Many_readers_of_a_channel_are_one_subscriber_to_it_and_are_counted()
    {
        await using var server = await RealServer.StartAsync();
        var streams = new List<EventStream>();
        for (var i = 0; i < 20; i++)
        {
            streams.Add(await EventStream.OpenAsync(server.Address, "/v1/channels/a/stream"));
            await streams[i].NextAsync();
        }

        await PublishAsync(server.Http, "a", 1);
        foreach (var stream in streams)
            Assert.EndsWith("-1", (await stream.NextEventAsync())!.Id, StringComparison.Ordinal);

        var shown = JsonDocument.Parse(await server.Http.GetStringAsync("/v1/channels/a")).RootElement;
        var node = JsonDocument.Parse(await server.Http.GetStringAsync("/v1/server")).RootElement;
        Assert.Equal((20, 20), (shown.GetProperty("subscribers").GetInt32(), node.GetProperty("connections").GetInt32()));
        streams.ForEach(stream => stream.Dispose());
    }

    private static async Task PublishAsync(HttpClient http, string channel, int data, string? token = null) =>
        await PostAsync(http, $"/v1/channels/{channel}/events", $$"""{"type":"t","data":{{data}}}""", token);

    private static async Task PublishManyAsync(HttpClient http, string channel, int count) =>
        await PostAsync(http, $"/v1/channels/{channel}/events", $"[{string.Join(',', Enumerable.Repeat("""{"type":"t","data":"0123456789012345678901234567890123456789"}""", count))}]", null);

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, string body, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body) };
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");

        using var answer = await http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    private static JsonElement Body(EventStream.Block block) => JsonDocument.Parse(block.Data[0]).RootElement;

    private static string? Text(EventStream.Block block, string name) => Body(block).GetProperty(name).GetString();
}
