using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Engine.Access;

namespace RealTimeActors.Edge.Tests.HttpApi.States;

/// <summary>What is refused says what was expected, and changes nothing.</summary>
public sealed class StateRefusalTests
{
    [Theory]
    [InlineData("PUT", "/k", "{", "", 400, 101, "")]
    [InlineData("PUT", "/k", "", "", 400, 101, "The JSON: a value is expected; the end of the text came")]
    [InlineData("PUT", "/k?ifVersion=1", "1", "", 400, 101, "the header If-Match names the version")]
    [InlineData("PUT", "/k", """{"a":1,"a":2}""", "", 400, 101, "twice")]
    [InlineData("PUT", "/k?time=soon", "1", "", 400, 101, "time is expected to be a whole number")]
    [InlineData("PUT", "/k?time=1&time=2", "1", "", 400, 101, "time is expected once; it came 2 times")]
    [InlineData("PUT", "/k?baseVersion=-1", "1", "", 400, 101, "baseVersion is expected to be a whole number from 0")]
    [InlineData("PUT", "/k", "1", "If-Match: 13", 400, 101, "a version in quotes, as \"13\", or *; '13' came")]
    [InlineData("PUT", "/k", "1", "If-Match: \"1\", \"2\"", 400, 101, "one version, or *; 2 came")]
    [InlineData("PUT", "/k", "1", "If-None-Match: \"1\"", 400, 101, "only if there is no such entry")]
    [InlineData("GET", "/k", null, "If-None-Match: 1", 400, 101, "If-None-Match is expected to be a version in quotes")]
    [InlineData("PUT", "/a%0Ab", "1", "", 400, 101, "no control characters")]
    [InlineData("PUT", "/%FF", "1", "", 400, 101, "not UTF-8")]
    [InlineData("POST", "/k", "[]", "", 400, 101, "an object with operation and value")]
    [InlineData("POST", "/k", "{}", "", 400, 101, "has no operation; merge, set, delete, increment, add or remove")]
    [InlineData("POST", "/k", """{"operation":"replace","value":1}""", "", 400, 101, "'replace' came")]
    [InlineData("POST", "/k", """{"operation":"increment","value":{"n":"one"}}""", "", 400, 101, "")]
    [InlineData("POST", "/k", """{"operation":"increment"}""", "", 400, 101, "")]
    [InlineData("POST", "/k", """{"operation":"set","value":1,"ifVersion":7}""", "", 400, 101, "ifVersion is expected in the header If-Match")]
    [InlineData("POST", "/k", """{"mutationId":"m","operation":"set","value":1}""", "", 400, 101, "mutationId is expected in the header Idempotency-Key")]
    [InlineData("POST", "/k", """{"operation":"set","value":1,"baseVersion":7}""", "", 400, 101, "baseVersion is expected in the parameter ?baseVersion=")]
    [InlineData("POST", "/k", """{"operation":"set","time":7,"value":1}""", "", 400, 101, "time is expected in the parameter ?time=")]
    [InlineData("GET", "?at=-1", null, "", 400, 101, "at is expected to be a whole number from 0")]
    [InlineData("GET", "?limit=0", null, "", 400, 101, "limit is expected to be 1 to 1000")]
    [InlineData("GET", "/k/history?from=now", null, "", 400, 101, "from is expected to be earliest")]
    [InlineData("PUT", "", "1", "", 405, 101, "it takes GET, HEAD")]
    public async Task Says_what_was_expected_and_what_came(string method, string path, string? body, string header, int status, int code, string message)
    {
        await using var server = await RealServer.StartAsync();
        var state = new StateClient(server);

        var answer = await state.SendAsync(method, path, body, header.Length == 0 ? [] : [header]);
        var after = await state.GetAsync();

        Assert.Equal((status, code), ((int)answer.Status, answer.Code));
        Assert.Contains(message, answer.Detail, StringComparison.Ordinal);
        Assert.Equal("{}", after.Body.GetProperty("entries").GetRawText());
    }

    [Fact]
    public async Task Both_conditions_at_once_are_none()
    {
        await using var server = await RealServer.StartAsync();

        var answer = await new StateClient(server).PutAsync("/k", "1", "If-Match: \"1\"", "If-None-Match: *");

        Assert.Equal((HttpStatusCode.BadRequest, "If-Match or If-None-Match is expected; both came."), (answer.Status, answer.Detail));
    }

    [Fact]
    public async Task What_would_not_fit_is_too_large()
    {
        await using var server = await RealServer.StartAsync("""realtime.channels=[{"pattern":"small","state":{"entries":1,"entry-bytes":"64"}}]""");
        var small = new StateClient(server, "small");

        var value = await small.PutAsync("/k", $"\"{new string('x', 64)}\"");
        var first = await small.PutAsync("/k", "1");
        var second = await small.PutAsync("/l", "1");
        var key = await small.PutAsync($"/{new string('k', 201)}", "1");
        var body = await small.PutAsync("/k", $"\"{new string('x', 70_000)}\"");

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, 110), (value.Status, value.Code));
        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal((HttpStatusCode.TooManyRequests, 105), (second.Status, second.Code));
        Assert.Equal((HttpStatusCode.BadRequest, 101), (key.Status, key.Code));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, 110), (body.Status, body.Code));
    }

    [Fact]
    public async Task A_patch_of_another_kind_is_told_which_is_taken()
    {
        await using var server = await RealServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Patch, "/v1/channels/a/state/k");
        request.Content = new StringContent("[]", Encoding.UTF8, "application/json-patch+json");

        using var response = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Equal("application/merge-patch+json", Assert.Single(response.Headers.GetValues("Accept-Patch")));
    }

    [Theory]
    [InlineData(Rights.Mutate, "GET", "", 403)]
    [InlineData(Rights.Subscribe, "GET", "", 200)]
    [InlineData(Rights.History, "GET", "", 200)]
    [InlineData(Rights.Subscribe, "GET", "?at=0", 403)]
    [InlineData(Rights.History, "GET", "?at=0", 200)]
    [InlineData(Rights.Subscribe, "GET", "/k/history", 403)]
    [InlineData(Rights.Subscribe | Rights.Publish, "PUT", "/k", 403)]
    [InlineData(Rights.Mutate, "PUT", "/k", 200)]
    [InlineData(Rights.Mutate, "DELETE", "/k", 200)]
    public async Task Each_takes_its_right(Rights rights, string method, string path, int status)
    {
        await using var server = await SecuredServer.StartWithTokensAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/v1/channels/a.b/state{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", SecuredServer.Token(rights: rights));
        if (method == "PUT")
            request.Content = new StringContent("1", Encoding.UTF8, "application/json");

        using var response = await server.Http.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Who_changed_it_stands_in_the_history()
    {
        await using var server = await SecuredServer.StartWithTokensAsync();
        using var request = new HttpRequestMessage(HttpMethod.Put, "/v1/channels/a.b/state/k") { Content = new StringContent("1", Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", SecuredServer.Token("u7"));
        using var set = await server.Http.SendAsync(request);
        using var ask = new HttpRequestMessage(HttpMethod.Get, "/v1/channels/a.b/state/k/history");
        ask.Headers.Authorization = request.Headers.Authorization;

        using var history = await server.Http.SendAsync(ask);

        var page = JsonDocument.Parse(await history.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("u7", Assert.Single(page.GetProperty("items").EnumerateArray()).GetProperty("user").GetString());
    }
}
