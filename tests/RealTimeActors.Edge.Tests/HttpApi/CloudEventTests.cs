using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using RealTimeActors.Edge.Tests.Support;

namespace RealTimeActors.Edge.Tests.HttpApi;

public sealed class CloudEventTests : IAsyncLifetime
{
    private const string Address = "/v1/channels/clouds/events";
    private const string Structured = "application/cloudevents+json";
    private const string Batch = "application/cloudevents-batch+json";
    private RealServer _server = null!;

    public async Task InitializeAsync() => _server = await RealServer.StartAsync("realtime.limits.array-events=3");

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task One_in_structured_mode_becomes_an_event()
    {
        var (status, receipt) = await PostAsync(Structured, """
            { "specversion": "1.0", "id": "A-1", "source": "/offices/7", "type": "grant.updated", "subject": "grant-7", "time": "2018-04-05T17:31:00.123456+02:00",
              "correlationid": "c-1", "priority": "high", "traceparent": "00-ab-cd-01", "unset": null, "flag": true, "number": -5, "data": { "n": 1.50 } }
            """);
        var e = await LastAsync();

        Assert.Equal((HttpStatusCode.Created, false), (status, receipt.GetProperty("duplicate").GetBoolean()));
        Assert.Equal(("A-1", "/offices/7", "grant.updated", "grant-7"), (Text(e, "id"), Text(e, "source"), Text(e, "type"), Text(e, "key")));
        Assert.Equal(("c-1", "high", """{"n":1.50}"""), (Text(e, "correlationId"), Text(e, "priority"), e.GetProperty("data").GetRawText()));
        Assert.NotEqual("2018", Text(e, "time")[..4]);
    }

    [Fact]
    public async Task A_repeat_of_source_and_id_gets_the_same_receipt_and_another_payload_is_a_conflict()
    {
        var (_, first) = await PostAsync(Structured, Event("1"));
        var (_, again) = await PostAsync(Structured, Event("1"));
        var (_, otherSource) = await PostAsync(Structured, Event("1", source: "/t"));
        var (conflict, problem) = await PostAsync(Structured, Event("1", data: "2"));

        Assert.Equal((false, true, false), (IsDuplicate(first), IsDuplicate(again), IsDuplicate(otherSource)));
        Assert.Equal(Text(first, "hash"), Text(again, "hash"));
        Assert.Equal((HttpStatusCode.Conflict, 108), (conflict, problem.GetProperty("code").GetInt32()));
    }

    [Fact]
    public async Task A_batch_is_one_append()
    {
        var (status, receipts) = await PostAsync(Batch, $"[{Event("1")},{Event("2")}]");
        var (refused, _) = await PostAsync(Batch, $$"""[{{Event("3")}},{"specversion":"1.0"}]""");
        var (empty, none) = await PostAsync(Batch, "[]");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.BadRequest, HttpStatusCode.OK), (status, refused, empty));
        Assert.Equal([1L, 2L], receipts.EnumerateArray().Select(receipt => receipt.GetProperty("offset").GetInt64()));
        Assert.Equal(0, none.GetArrayLength());
        Assert.Equal(2, (await LastAsync()).GetProperty("offset").GetInt64());
    }

    [Fact]
    public async Task One_in_binary_mode_has_its_attributes_in_headers_percent_encoded_or_quoted()
    {
        var (status, _) = await PostBinaryAsync("application/json; charset=utf-8", """{ "a" : 1 }"""u8.ToArray(),
            ("ce-specversion", "1.0"), ("CE-Id", "Euro%20%E2%82%AC%20%F0%9F%98%80"), ("ce-source", "\"/my \\\"context\\\"\""), ("ce-type", "t%25"), ("ce-subject", "k%2fx"));
        var e = await LastAsync();

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(("Euro € 😀", "/my \"context\"", "t%", "k/x"), (Text(e, "id"), Text(e, "source"), Text(e, "type"), Text(e, "key")));
        Assert.Equal("""{"a":1}""", e.GetProperty("data").GetRawText());
    }

    [Theory]
    [InlineData("application/json", "[1, 2]", "[1,2]")]
    [InlineData("application/geo+json", "{}", "{}")]
    [InlineData(null, "7", "7")]
    [InlineData(null, "", "null")]
    [InlineData("text/plain", "hällo \"x\"", "\"hällo \\\"x\\\"\"")]
    [InlineData("application/xml", "<a b=\"c\"/>", "\"<a b=\\\"c\\\"/>\"")]
    [InlineData("application/octet-stream", "abc", "\"YWJj\"")]
    public async Task Data_becomes_json_by_its_type(string? contentType, string body, string expected)
    {
        var (status, _) = await PostBinaryAsync(contentType, Encoding.UTF8.GetBytes(body), ("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "/s"), ("ce-type", "t"));

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(expected, (await LastAsync()).GetProperty("data").GetRawText());
    }

    [Theory]
    [InlineData("""{"data":"a text"}""", "\"a text\"")]
    [InlineData("""{"data":"<a/>","datacontenttype":"application/xml"}""", "\"<a/>\"")]
    [InlineData("""{"data":null}""", "null")]
    [InlineData("""{"data_base64":"eyJhIjogMX0="}""", """{"a":1}""")]
    [InlineData("""{"data_base64":"aMOk","datacontenttype":"text/plain"}""", "\"hä\"")]
    [InlineData("""{"data_base64":"AAEC","datacontenttype":"image/png"}""", "\"AAEC\"")]
    [InlineData("{}", "null")]
    public async Task Data_of_the_json_format_stays_what_it_is(string more, string expected)
    {
        var (status, _) = await PostAsync(Structured, $$"""{"specversion":"1.0","id":"1","source":"/s","type":"t"{{(more == "{}" ? "" : ",")}}{{more[1..]}}""");

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(expected, (await LastAsync()).GetProperty("data").GetRawText());
    }

    [Theory]
    [InlineData(Structured, """{"id":"1","source":"/s","type":"t"}""", 400, 101, "has no specversion")]
    [InlineData(Structured, """{"specversion":"0.3","id":"1","source":"/s","type":"t"}""", 400, 101, "specversion 1.0 is expected; '0.3' came")]
    [InlineData(Structured, """{"specversion":"1.0","source":"/s","type":"t"}""", 400, 101, "has no id")]
    [InlineData(Structured, """{"specversion":"1.0","id":"","source":"/s","type":"t"}""", 400, 101, "has no id")]
    [InlineData(Structured, """{"specversion":"1.0","id":"1","source":"/s","type":"t","time":"yesterday"}""", 400, 101, "RFC 3339")]
    [InlineData(Structured, """{"specversion":"1.0","id":"1","source":"/s","type":"t","correlationId":"c"}""", 400, 101, "a-z and 0-9; 'correlationId' came")]
    [InlineData(Structured, """{"specversion":"1.0","id":"1","source":"/s","type":"t","x":{}}""", 400, 101, "attribute x is expected to be a string")]
    [InlineData(Structured, """{"specversion":"1.0","id":"1","source":"/s","type":"t","x":1.5}""", 400, 101, "attribute x is expected to be a string")]
    [InlineData(Structured, """{"specversion":"1.0","id":"1","source":"/s","type":"t","data":1,"data_base64":"AA=="}""", 400, 101, "one of them is expected")]
    [InlineData(Structured, """{"specversion":"1.0","id":"1","source":"/s","type":"t","data_base64":"*"}""", 400, 101, "base64")]
    [InlineData(Structured, """{"specversion":"1.0","id":"1","source":"/s","type":"t","data_base64":"AA=="}""", 400, 101, "but no JSON")]
    [InlineData(Structured, """{"specversion":"1.0","id":"1","source":"/s","type":"t","data_base64":"/w==","datacontenttype":"text/plain"}""", 400, 101, "not UTF-8")]
    [InlineData(Structured, "[]", 400, 101, "expected to be an object")]
    [InlineData(Batch, "{}", 400, 101, "An array of CloudEvents is expected")]
    [InlineData(Batch, "[7]", 400, 101, "CloudEvent 1 of the batch is expected to be an object")]
    [InlineData("application/cloudevents+avro", "{}", 415, 101, "'application/cloudevents+avro")]
    [InlineData("application/cloudevents-batch+xml", "{}", 415, 101, "came")]
    public async Task Refuses_what_is_no_cloud_event(string contentType, string body, int status, int code, string message)
    {
        var (answered, problem) = await PostAsync(contentType, body);

        Assert.Equal((status, code), ((int)answered, problem.GetProperty("code").GetInt32()));
        Assert.Contains(message, Text(problem, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_batch_that_is_too_long_or_names_one_twice()
    {
        var (tooMany, _) = await PostAsync(Batch, $"[{string.Join(',', Enumerable.Range(1, 4).Select(n => Event($"{n}")))}]");
        var (twice, problem) = await PostAsync(Batch, $"[{Event("1")},{Event("2")},{Event("1")}]");

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.BadRequest), (tooMany, twice));
        Assert.Contains("3 of the batch has the source and id of 1", Text(problem, "detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ce-id", "%C0%A0", "not UTF-8")]
    [InlineData("ce-id", "100%", "two hexadecimal digits")]
    [InlineData("ce-id", "%zz", "two hexadecimal digits")]
    [InlineData("ce-datacontenttype", "text/plain", "Content-Type says")]
    [InlineData("ce-a_b", "x", "a-z and 0-9")]
    [InlineData("ce-specversion", "1.1", "specversion 1.0 is expected")]
    public async Task Refuses_headers_that_are_none_of_a_cloud_event(string name, string value, string message)
    {
        var headers = new Dictionary<string, string> { ["ce-specversion"] = "1.0", ["ce-id"] = "1", ["ce-source"] = "/s", ["ce-type"] = "t", [name] = value };

        var (status, problem) = await PostBinaryAsync("application/json", "1"u8.ToArray(), [.. headers.Select(pair => (pair.Key, pair.Value))]);

        Assert.Equal((HttpStatusCode.BadRequest, 101), (status, problem.GetProperty("code").GetInt32()));
        Assert.Contains(message, Text(problem, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_header_of_four_says_what_the_others_should_have_been()
    {
        var (status, problem) = await PostBinaryAsync("application/json", "1"u8.ToArray(), ("ce-id", "1"));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("requires specversion, type, source and id", Text(problem, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_grow_beyond_the_limit_as_base64_are_too_large()
    {
        var (status, problem) = await PostBinaryAsync("image/png", new byte[60_000], ("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "/s"), ("ce-type", "t"));

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, 110), (status, problem.GetProperty("code").GetInt32()));
    }

    private static string Event(string id, string source = "/s", string data = "1") =>
        $$"""{"specversion":"1.0","id":"{{id}}","source":"{{source}}","type":"t","data":{{data}}}""";

    private static bool IsDuplicate(JsonElement receipt) => receipt.GetProperty("duplicate").GetBoolean();

    private async Task<JsonElement> LastAsync() =>
        (await _server.Http.GetFromJsonAsync<JsonElement>($"{Address}?from=last:1")).GetProperty("items").EnumerateArray().Single();

    private Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string contentType, string body) => SendAsync(new StringContent(body, Encoding.UTF8, contentType));

    private Task<(HttpStatusCode Status, JsonElement Body)> PostBinaryAsync(string? contentType, byte[] body, params (string Name, string Value)[] headers)
    {
        var content = new ByteArrayContent(body);
        if (contentType is not null)
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);

        return SendAsync(content, headers);
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpContent content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address) { Content = content };
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));

        using var response = await _server.Http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
