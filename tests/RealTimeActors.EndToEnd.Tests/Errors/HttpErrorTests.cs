using System.Net;
using System.Text;
using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Errors;

/// <summary>Publishing and reading over HTTP: what is refused, and what a repeat does.</summary>
public sealed class HttpErrorTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly ServerProcess _server = shared.Server;

    [Theory]
    [InlineData("h.a", """{"type":"t"}""", 400, 101, "bad_request")]
    [InlineData("h.a", "{", 400, 101, "bad_request")]
    [InlineData("h..a", """{"type":"t","data":1}""", 400, 101, "bad_request")]
    [InlineData("h.a?confirm=perhaps", """{"type":"t","data":1}""", 400, 101, "bad_request")]
    [InlineData("h.a", "[]", 400, 101, "bad_request")]
    [InlineData("$dlq.h.a", """{"type":"t","data":1}""", 403, 103, "forbidden")]
    [InlineData("h.a", """[{"type":"t","data":1},{"type":"t","data":1},{"type":"t","data":1},{"type":"t","data":1},{"type":"t","data":1},{"type":"t","data":1}]""", 413, 110, "too_large")]
    public async Task A_bad_publish_is_a_problem_with_code_and_name(string channel, string body, int status, int code, string name)
    {
        var (path, query) = channel.Split('?') is [var before, var after] ? (before, "?" + after) : (channel, "");

        await IsProblemAsync(await PostAsync($"v1/channels/{path}/events{query}", body), status, code, name);
    }

    [Fact]
    public async Task An_event_beyond_the_frame_limit_is_413()
    {
        await IsProblemAsync(await PostAsync("v1/channels/h.large/events", $$"""{"type":"t","data":"{{new string('x', 65_536)}}"}"""), 413, 110, "too_large");
        await IsProblemAsync(await PostAsync("v1/channels/h.large/events", $$"""{"type":"t","data":"{{new string('x', 1_100_000)}}"}"""), 413, 110, "too_large");
        Assert.Empty((await Log.ReadAllAsync(_server, "h.large")).Events);
    }

    [Fact]
    public async Task A_page_that_is_gone_is_410_and_what_is_not_there_404()
    {
        await using var client = await WireClient.ConnectAsync(_server);
        await client.PublishRunAsync("short.http", 1, 30);

        await IsProblemAsync(await GetAsync("v1/channels/short.http/events?from=5"), 410, 107, "position_gone");
        await IsProblemAsync(await GetAsync("v1/channels/short.http/events?limit=0"), 400, 101, "bad_request");
        await IsProblemAsync(await GetAsync("v1/nowhere"), 404, 101, "bad_request");
    }

    [Fact]
    public async Task An_idempotency_key_makes_a_repeat_harmless_and_another_payload_a_conflict()
    {
        var first = await ReceiptAsync(await PostAsync("v1/channels/h.once/events", """{"type":"t","data":1}""", "key-1"));
        var again = await ReceiptAsync(await PostAsync("v1/channels/h.once/events", """{"type":"t","data":1}""", "key-1"));

        Assert.False(first.GetProperty("duplicate").GetBoolean());
        Assert.True(again.GetProperty("duplicate").GetBoolean());
        Assert.Equal(first.GetProperty("hash").GetString(), again.GetProperty("hash").GetString());
        await IsProblemAsync(await PostAsync("v1/channels/h.once/events", """{"type":"t","data":2}""", "key-1"), 409, 108, "conflict");
        Assert.Single((await Log.ReadAllAsync(_server, "h.once")).Events);
    }

    [Fact]
    public async Task An_array_is_taken_as_a_whole_or_not_at_all()
    {
        var receipts = await ReceiptAsync(await PostAsync("v1/channels/h.array/events", """[{"type":"t","data":1},{"type":"t","data":2},{"type":"t","data":3}]"""));
        await IsProblemAsync(await PostAsync("v1/channels/h.array/events", """[{"type":"t","data":4},{"type":"t"}]"""), 400, 101, "bad_request");

        Log.AssertOffsets(receipts.EnumerateArray(), 1, 3);
        Log.AssertOffsets((await Log.ReadAllAsync(_server, "h.array")).Events, 1, 3);
    }

    [Fact]
    public async Task A_publish_that_is_not_acked_in_time_is_on_disk_and_says_how_many_have_acked_it_however_short_other_requests_may_take()
    {
        // Shorter than the wait for the ack; and long enough for all the rest of a server's first request, wherever these tests run and whatever runs beside them.
        await using var server = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false", "realtime.http.request-timeout=4s");
        await using var deaf = await WireClient.FollowAsync(server, "h.slow");

        using var body = new StringContent("""{"type":"t","data":1}""", Encoding.UTF8, "application/json");
        using var answer = await server.Http.PostAsync(new Uri("v1/channels/h.slow/events?confirm=delivered&timeoutMs=5000", UriKind.Relative), body);

        Assert.Equal(201, (int)answer.StatusCode);
        var receipt = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("persisted", receipt.GetProperty("status").GetString());
        Assert.Equal((0, 1), (receipt.GetProperty("delivered").GetProperty("acked").GetInt32(), receipt.GetProperty("delivered").GetProperty("of").GetInt32()));
    }

    [Fact]
    public async Task A_foreign_page_may_not_come_in()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("v1/channels/h.a/events", UriKind.Relative));
        request.Headers.Add("Origin", "https://elsewhere.example");
        using var answer = await _server.Http.SendAsync(request);

        await IsProblemAsync(answer, 403, 103, "forbidden");
    }

    private Task<HttpResponseMessage> GetAsync(string path) => _server.Http.GetAsync(new Uri(path, UriKind.Relative));

    private async Task<HttpResponseMessage> PostAsync(string path, string body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);

        // What is too large is refused by its declared length and the connection closed; whoever asks first gets the answer before writing into a closed socket.
        request.Headers.ExpectContinue = body.Length > 1_048_576;
        return await _server.Http.SendAsync(request);
    }

    private static async Task<JsonElement> ReceiptAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    private static async Task IsProblemAsync(HttpResponseMessage answer, int status, int code, string name)
    {
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"Status {status} is expected; {(int)answer.StatusCode} came with {body}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(body).RootElement;
        Assert.Equal((status, code, name), (problem.GetProperty("status").GetInt32(), problem.GetProperty("code").GetInt32(), problem.GetProperty("name").GetString()));
    }
}
