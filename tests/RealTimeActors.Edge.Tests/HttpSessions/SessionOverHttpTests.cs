using System.Net;
using System.Text.Json;
using RealTimeActors.Edge.Tests.Support;

namespace RealTimeActors.Edge.Tests.HttpSessions;

/// <summary>Sessions over plain HTTP against the whole node.</summary>
public sealed class SessionOverHttpTests : IAsyncLifetime, IDisposable
{
    private RealServer _server = null!;
    private HttpSession _client = null!;

    public async Task InitializeAsync()
    {
        _server = await RealServer.StartAsync();
        _client = new HttpSession(_server.Address);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Answers_come_up_and_events_come_down_with_the_position_before_them()
    {
        await _client.HelloAsync("""{"subscribe":[{"channel":"a.b"}]}""");
        using var stream = await _client.StreamAsync();

        var (_, answers) = await _client.UpAsync("""
            {"id":2,"publish":{"channel":"a.b","type":"t","data":1}}
            {"id":3,"subscribe":{"channel":"c"}}
            {"ping":{}}
            """);

        Assert.Equal([2, 3], answers.Select(frame => frame.GetProperty("id").GetInt32()).Order());
        Assert.StartsWith(":", (await stream.NextAsync())!.Lines[0], StringComparison.Ordinal);
        var down = await FramesAsync(stream, 4);
        Assert.Equal("a.b", down[0].GetProperty("subscribed").GetProperty("channel").GetString());
        Assert.Equal(1, down.Single(frame => frame.TryGetProperty("event", out _)).GetProperty("event").GetProperty("offset").GetInt64());
        Assert.Single(down, frame => frame.TryGetProperty("pong", out _));
        Assert.Single(down, frame => frame.TryGetProperty("subscribed", out var it) && it.GetProperty("channel").GetString() == "c" && !frame.TryGetProperty("id", out _));
        Assert.Equal("no-store", stream.Response.Headers.CacheControl!.ToString());
        Assert.Equal("no", stream.Response.Headers.GetValues("X-Accel-Buffering").Single());
    }

    [Fact]
    public async Task The_same_cursor_gives_the_same_batch_and_the_next_one_what_follows()
    {
        await _client.HelloAsync("""{"subscribe":[{"channel":"a"}]}""");
        var (_, first) = await _client.PollAsync();
        await PublishAsync("a", 1);

        var (_, once) = await _client.PollAsync(moves: false);
        await PublishAsync("a", 2);
        var (_, again) = await _client.PollAsync();
        var (_, next) = await _client.PollAsync();
        var nothing = await _client.PollAsync(wait: 0);

        Assert.True(first[0].TryGetProperty("subscribed", out _));
        Assert.Equal(once[0].GetRawText(), again[0].GetRawText());
        Assert.Equal(1, again[0].GetProperty("event").GetProperty("offset").GetInt64());
        Assert.Equal(2, next[0].GetProperty("event").GetProperty("offset").GetInt64());
        Assert.Equal(HttpStatusCode.NoContent, nothing.Status);
    }

    [Fact]
    public async Task What_was_sent_after_the_last_event_id_is_sent_again_and_nothing_before_it()
    {
        await _client.HelloAsync("""{"subscribe":[{"channel":"a"}]}""");
        string last;
        using (var stream = await _client.StreamAsync())
        {
            await PublishAsync("a", 1);
            var block = await UntilAsync(stream, "event");
            last = block.Id!;
            await PublishAsync("a", 2);
            await UntilAsync(stream, "event");
        }

        using var back = await _client.StreamAsync(last);
        await PublishAsync("a", 3);

        Assert.Equal(2, Offset(await UntilAsync(back, "event")));
        Assert.Equal(3, Offset(await UntilAsync(back, "event")));
    }

    [Fact]
    public async Task A_stream_goes_on_as_polls_and_as_a_stream_again_on_the_same_connection()
    {
        var welcome = await _client.HelloAsync("""{"subscribe":[{"channel":"a"}]}""");
        using (var stream = await _client.StreamAsync())
            await UntilAsync(stream, "subscribed");

        await PublishAsync("a", 1);
        var (_, polled) = await _client.PollAsync();
        while (polled.All(frame => !frame.TryGetProperty("event", out _)))
            (_, polled) = await _client.PollAsync();

        using var again = await _client.StreamAsync(_client.Cursor);
        await PublishAsync("a", 2);

        Assert.Equal(2, Offset(await UntilAsync(again, "event")));
        using var shown = JsonDocument.Parse(await _server.Http.GetStringAsync($"/v1/sessions/{welcome.GetProperty("session").GetProperty("id").GetString()}"));
        Assert.Equal(("sse", welcome.GetProperty("connection").GetString()), (shown.RootElement.GetProperty("transport").GetString(), shown.RootElement.GetProperty("connection").GetString()));
    }

    [Fact]
    public async Task A_second_stream_takes_the_first_one_over()
    {
        await _client.HelloAsync();
        using var first = await _client.StreamAsync();
        await first.NextAsync();
        using var second = await _client.StreamAsync();
        await second.NextAsync();

        while (await first.NextAsync() is not null)
        {
        }

        await _client.UpAsync("""{"ping":{}}""");
        await UntilAsync(second, "pong");
    }

    [Fact]
    public async Task A_connection_that_nobody_fetches_from_ends_and_its_session_is_resumed_by_the_next_get()
    {
        // A server of its own: the clients of the others may take their time.
        await using var hasty = await RealServer.StartAsync("realtime.http.down-stream-within=1s");
        using var client = new HttpSession(hasty.Address);
        await client.HelloAsync("""{"subscribe":[{"channel":"a"}]}""");
        await PublishAsync(hasty, "a", 1);
        while ((await client.UpAsync("""{"id":9,"ping":{}}""")).Status != HttpStatusCode.Gone)
        {
        }

        using var stream = await client.StreamAsync();
        var block = await UntilAsync(stream, "welcome");
        client.Take(JsonDocument.Parse(block.Data[0]).RootElement);

        Assert.True(client.Welcome.GetProperty("session").GetProperty("resumed").GetBoolean());
        var rest = block.Data.Skip(1).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        while (!rest.Exists(frame => frame.TryGetProperty("event", out _)))
            rest.AddRange((await stream.NextEventAsync())!.Data.Select(line => JsonDocument.Parse(line).RootElement));

        Assert.True(rest[0].TryGetProperty("subscribed", out _));
        var (status, pong) = await client.UpAsync("""{"id":1,"ping":{}}""");
        Assert.Equal((HttpStatusCode.OK, true), (status, pong[0].TryGetProperty("pong", out _)));
    }

    [Fact]
    public async Task A_wrong_key_is_401_and_frames_for_a_session_without_a_connection_are_410()
    {
        await _client.HelloAsync();
        var id = _client.Credentials.Split(';')[0];
        using var stream = await EventStream.OpenAsync(_server.Address, "/v1/sse", $"{id}; wrong");
        var (gone, problem) = await _client.UpAsync("""{"id":1,"ping":{}}""", $"{id}; wrong");

        Assert.Equal(HttpStatusCode.Unauthorized, stream.Response.StatusCode);
        Assert.Equal((HttpStatusCode.Gone, 112), (gone, problem[0].GetProperty("code").GetInt32()));
        Assert.Equal(HttpStatusCode.OK, (await _client.UpAsync("""{"id":1,"ping":{}}""")).Status);
    }

    [Fact]
    public async Task A_websocket_with_the_session_takes_over_and_the_stream_ends_with_4404()
    {
        await _client.HelloAsync();
        using var stream = await _client.StreamAsync();
        using var socket = await _server.ConnectAsync();
        var parts = _client.Credentials.Split("; ");
        await socket.SendTextAsync($$$$"""{"id":1,"hello":{"session":{"id":"{{{{parts[0]}}}}","key":"{{{{parts[1]}}}}"}}}""");

        var close = await UntilAsync(stream, "close");
        Assert.Contains("4404", close.Data[^1], StringComparison.Ordinal);
        Assert.Null(await stream.NextAsync());
        using var again = await _client.StreamAsync(close.Id);
        Assert.Equal(HttpStatusCode.Gone, again.Response.StatusCode);
        var problem = JsonDocument.Parse(await again.TextAsync()).RootElement;
        Assert.Equal((112, 4404), (problem.GetProperty("code").GetInt32(), problem.GetProperty("closeCode").GetInt32()));
    }

    [Fact]
    public async Task Bye_is_answered_by_close_with_its_id_and_the_stream_ends()
    {
        await _client.HelloAsync();
        using var stream = await _client.StreamAsync();

        var (_, answers) = await _client.UpAsync("""{"id":7,"bye":{}}""");

        Assert.Equal((7, 4001), (answers[0].GetProperty("id").GetInt32(), answers[0].GetProperty("close").GetProperty("code").GetInt32()));
        await UntilAsync(stream, "close");
        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task A_server_that_stops_says_so_on_every_stream_and_ends_it()
    {
        await _client.HelloAsync();
        using var session = await _client.StreamAsync();
        using var plain = await EventStream.OpenAsync(_server.Address, "/v1/channels/a/stream");
        await session.NextAsync();
        await plain.NextAsync();

        var stopping = _server.StopAsync();

        Assert.Contains("\"code\":4000", (await UntilAsync(session, "close")).Data[^1], StringComparison.Ordinal);
        Assert.Equal("close", (await plain.NextEventAsync())!.Event);
        Assert.Null(await session.NextAsync());
        Assert.Null(await plain.NextAsync());
        await stopping.WaitAsync(Patience.Limit);
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("\n\n", 400)]
    [InlineData("{\"id\":1,\"ping\":{}}", 400)]
    [InlineData("{\"hello\":", 400)]
    [InlineData("\u00ff", 400)]
    public async Task What_cannot_begin_a_connection_is_refused(string body, int status)
    {
        var (answer, lines) = await _client.UpAsync(body, null);

        Assert.Equal((status, 101), ((int)answer, lines[0].GetProperty("code").GetInt32()));
    }

    [Fact]
    public async Task A_hello_without_an_id_is_answered_and_so_is_a_bad_frame_with_one()
    {
        var (_, welcome) = await _client.UpAsync("""{"hello":{}}""", null);
        _client.Take(welcome[0]);
        var (_, answers) = await _client.UpAsync("{\"id\":1,\"nonsense\":{}}\n{\"id\":2,\"ping\":{}}\n{\"id\":2,\"ping\":{}}");

        Assert.False(welcome[0].TryGetProperty("id", out _));
        Assert.Equal(3, answers.Count);
        Assert.Equal([1, 2], answers.Where(frame => frame.TryGetProperty("error", out _)).Select(frame => frame.GetProperty("id").GetInt32()).Order());
        Assert.Single(answers, frame => frame.TryGetProperty("pong", out _));
    }

    [Fact]
    public async Task What_a_page_is_told_by_cors_is_what_the_transports_need()
    {
        using var http = new HttpClient { BaseAddress = _server.Address };
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/poll");
        preflight.Headers.Add("Origin", "http://localhost:5000");
        preflight.Headers.Add("Access-Control-Request-Method", "GET");
        preflight.Headers.Add("Access-Control-Request-Headers", "realtime-session");
        using var answer = await http.SendAsync(preflight);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var allowed = answer.Headers.GetValues("Access-Control-Allow-Headers").Single();
        Assert.All(["Authorization", "Content-Type", "Realtime-Session", "Last-Event-ID", "Idempotency-Key"], name => Assert.Contains(name, allowed, StringComparison.Ordinal));
        Assert.Contains("Realtime-Next", answer.Headers.GetValues("Access-Control-Expose-Headers").Single(), StringComparison.Ordinal);
    }

    private Task PublishAsync(string channel, int data) => PublishAsync(_server, channel, data);

    private static async Task PublishAsync(RealServer server, string channel, int data)
    {
        using var content = new StringContent($$"""{"type":"t","data":{{data}}}""");
        using var answer = await server.Http.PostAsync($"/v1/channels/{channel}/events", content);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private static long Offset(EventStream.Block block) =>
        JsonDocument.Parse(block.Data.First(line => line.StartsWith("{\"event\"", StringComparison.Ordinal))).RootElement.GetProperty("event").GetProperty("offset").GetInt64();

    /// <summary>The next batch that has such a frame.</summary>
    private static async Task<EventStream.Block> UntilAsync(EventStream stream, string kind)
    {
        while (await stream.NextEventAsync() is { } block)
        {
            if (block.Data.Any(line => line.StartsWith($"{{\"{kind}\":", StringComparison.Ordinal)))
                return block;
        }

        throw new EndOfStreamException($"A {kind} is expected; the stream has ended.");
    }

    private static async Task<List<JsonElement>> FramesAsync(EventStream stream, int count)
    {
        var frames = new List<JsonElement>();
        while (frames.Count < count)
            frames.AddRange((await stream.NextEventAsync())!.Data.Select(line => JsonDocument.Parse(line).RootElement));

        return frames;
    }
}
