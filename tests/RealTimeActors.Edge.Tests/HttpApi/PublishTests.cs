using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using RealTimeActors.Edge.Tests.Support;

namespace RealTimeActors.Edge.Tests.HttpApi;

public sealed class PublishTests : IAsyncLifetime
{
    private const string Address = "/v1/channels/orders.eu/events";
    private RealServer _server = null!;

    public async Task InitializeAsync() => _server = await RealServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Answers_one_event_with_its_receipt_and_reads_it_back_as_it_was_sent()
    {
        var (status, receipt) = await PublishAsync("""{ "type": "order.placed", "data": { "n" : 1.50, "s": " a " }, "key": "k1", "messageId": "m1", "priority": "high" }""");
        var page = await _server.Http.GetFromJsonAsync<JsonElement>($"{Address}?from=earliest");

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(("persisted", "orders.eu", 1L, false), (Text(receipt, "status"), Text(receipt, "channel"), receipt.GetProperty("offset").GetInt64(), receipt.GetProperty("duplicate").GetBoolean()));
        Assert.Equal(64, Text(receipt, "hash").Length);

        var item = Assert.Single(page.GetProperty("items").EnumerateArray());
        Assert.Equal("""{"n":1.50,"s":" a "}""", item.GetProperty("data").GetRawText());
        Assert.Equal(("m1", "order.placed", "high", "k1"), (Text(item, "id"), Text(item, "type"), Text(item, "priority"), Text(item, "key")));
        Assert.Equal(Text(receipt, "epoch"), Text(page, "epoch"));
        Assert.Equal(JsonValueKind.Null, page.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task Takes_an_array_as_a_whole_or_not_at_all()
    {
        var (created, receipts) = await PublishAsync("""[{"type":"a","data":1},{"type":"b","data":null}]""");
        var (refused, problem) = await PublishAsync("""[{"type":"c","data":1},{"type":"d"}]""");
        var page = await _server.Http.GetFromJsonAsync<JsonElement>(Address);

        Assert.Equal(HttpStatusCode.Created, created);
        Assert.Equal([1L, 2L], receipts.EnumerateArray().Select(receipt => receipt.GetProperty("offset").GetInt64()));
        Assert.Equal((HttpStatusCode.BadRequest, 101), (refused, problem.GetProperty("code").GetInt32()));
        Assert.Contains("Event 2 of the array", Text(problem, "detail"), StringComparison.Ordinal);
        Assert.Equal(2, page.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_repeated_request_with_the_same_idempotency_key_gets_the_same_receipts()
    {
        const string Body = """[{"type":"a","data":1},{"type":"b","data":2}]""";

        var (_, first) = await PublishAsync(Body, idempotencyKey: "order-17");
        var (status, again) = await PublishAsync(Body, idempotencyKey: "order-17");
        var (conflict, problem) = await PublishAsync("""[{"type":"a","data":9}]""", idempotencyKey: "order-17");

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.All(again.EnumerateArray(), receipt => Assert.True(receipt.GetProperty("duplicate").GetBoolean()));
        Assert.Equal(first.EnumerateArray().Select(receipt => Text(receipt, "hash")), again.EnumerateArray().Select(receipt => Text(receipt, "hash")));
        Assert.Equal((HttpStatusCode.Conflict, 108, "conflict"), (conflict, problem.GetProperty("code").GetInt32(), Text(problem, "name")));
    }

    [Theory]
    [InlineData("none", HttpStatusCode.Accepted, null)]
    [InlineData("accepted", HttpStatusCode.Created, "accepted")]
    [InlineData("persisted", HttpStatusCode.Created, "persisted")]
    [InlineData("delivered", HttpStatusCode.Created, "delivered")]
    public async Task Confirms_as_it_was_asked_to(string confirm, HttpStatusCode expected, string? receiptStatus)
    {
        using var response = await _server.Http.PostAsync($"{Address}?confirm={confirm}", Json("""{"type":"a","data":1}"""));
        var body = await response.Content.ReadAsStringAsync();

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(receiptStatus, body.Length == 0 ? null : Text(JsonDocument.Parse(body).RootElement, "status"));
    }

    [Theory]
    [InlineData("", 400, 101)]
    [InlineData("{", 400, 101)]
    [InlineData("7", 400, 101)]
    [InlineData("[]", 400, 101)]
    [InlineData("[7]", 400, 101)]
    [InlineData("""{"data":1}""", 400, 101)]
    [InlineData("""{"type":"a"}""", 400, 101)]
    [InlineData("""{"type":7,"data":1}""", 400, 101)]
    [InlineData("""{"type":"a","data":1,"data":2}""", 400, 101)]
    [InlineData("""{"type":"a","data":{"x":1,"x":2}}""", 400, 101)]
    [InlineData("""{"type":"a","data":1,"priority":"urgent"}""", 400, 101)]
    [InlineData("""{"type":"a","data":1,"ttlMs":-1}""", 400, 101)]
    [InlineData("""{"type":"a","data":1,"key":"\ud800"}""", 400, 101)]
    [InlineData("""{"type":"a","data":1} x""", 400, 101)]
    public async Task Refuses_what_is_no_event(string body, int status, int code)
    {
        var (answered, problem) = await PublishAsync(body);

        Assert.Equal((status, code), ((int)answered, problem.GetProperty("code").GetInt32()));
        Assert.NotEqual("", Text(problem, "detail"));
    }

    [Fact]
    public async Task Refuses_what_is_too_deep_too_long_or_too_many()
    {
        var deep = $$"""{"type":"a","data":{{new string('[', 33)}}{{new string(']', 33)}}}""";
        var large = $$"""{"type":"a","data":"{{new string('x', 65_536)}}"}""";
        var many = $"[{string.Join(",", Enumerable.Repeat("""{"type":"a","data":1}""", 1_001))}]";
        var huge = $$"""{"type":"a","data":"{{new string('x', 1_048_576)}}"}""";

        Assert.Equal((400, 101), await RefusalAsync(deep));
        Assert.Equal((413, 110), await RefusalAsync(large));
        Assert.Equal((413, 110), await RefusalAsync(many));
        Assert.Equal((413, 110), await RefusalAsync(huge));
    }

    [Theory]
    [InlineData("/v1/channels/$dlq.a/events", 403, 103)]
    [InlineData("/v1/channels/a..b/events", 400, 101)]
    [InlineData("/v1/channels/a%20b/events", 400, 101)]
    [InlineData("/v1/channels/a/events?confirm=maybe", 400, 101)]
    public async Task Refuses_what_cannot_be_published_to(string address, int status, int code)
    {
        using var response = await _server.Http.PostAsync(address, Json("""{"type":"a","data":1}"""));
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal((status, code), ((int)response.StatusCode, problem.GetProperty("code").GetInt32()));
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_key_in_quotes_is_the_key_without_them()
    {
        const string Body = """{"type":"a","data":1}""";

        var (_, first) = await PublishAsync(Body, idempotencyKey: "order-18");
        var (_, again) = await PublishAsync(Body, idempotencyKey: "\"order-18\"");
        var (_, other) = await PublishAsync(Body, idempotencyKey: """ "order\"-18" """.Trim());

        Assert.False(first.GetProperty("duplicate").GetBoolean());
        Assert.True(again.GetProperty("duplicate").GetBoolean());
        Assert.False(other.GetProperty("duplicate").GetBoolean());
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("\"a")]
    [InlineData("\"a\"b")]
    [InlineData("\"\"")]
    [InlineData("\"a\\b\"")]
    public async Task Refuses_a_key_that_is_none(string key)
    {
        var (status, problem) = await PublishAsync("""{"type":"a","data":1}""", key);

        Assert.Equal((HttpStatusCode.BadRequest, 101), (status, problem.GetProperty("code").GetInt32()));
        Assert.Contains("Idempotency-Key is expected", Text(problem, "detail"), StringComparison.Ordinal);
    }

    private async Task<(int Status, int Code)> RefusalAsync(string body)
    {
        var (status, problem) = await PublishAsync(body);
        return ((int)status, problem.GetProperty("code").GetInt32());
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> PublishAsync(string body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address) { Content = Json(body) };
        // A body that will be refused unread: the refusal must not race with the sending.
        request.Headers.ExpectContinue = body.Length > 1_048_576;
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);

        using var response = await _server.Http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
