using System.Net;
using System.Text;
using System.Text.Json;
using RealTimeActors.Actors;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Engine.Access;

namespace RealTimeActors.Edge.Tests.HttpApi;

/// <summary>Everything that is refused is a problem with code, name and advice, in the words of whoever has to mend it.</summary>
public sealed class RefusalTests : IAsyncLifetime
{
    private RealServer _server = null!;

    public async Task InitializeAsync() => _server = await RealServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("GET", "/v1/channels/a/stream?from=x", 400, 101, "from is expected to be now, earliest, an offset or last:<n>; 'x' came")]
    [InlineData("GET", "/v1/channels/a/events?from=now", 400, 101, "from is expected to be earliest, an offset or last:<n>; 'now' came")]
    [InlineData("GET", "/v1/channels/a/events?from=-1", 400, 101, "'-1' came")]
    [InlineData("GET", "/v1/channels/a/events?limit=0", 400, 101, "limit is expected to be 1 to 1000; '0' came")]
    [InlineData("GET", "/v1/channels/a/events?limit=1&limit=2", 400, 101, "limit is expected once; it came 2 times")]
    [InlineData("GET", "/v1/channels/a%20b/events", 400, 101, "character 2 is none of these")]
    [InlineData("GET", "/v1/channels/a%20b", 400, 101, "character 2 is none of these")]
    [InlineData("GET", "/v1/channels?limit=1001", 400, 101, "'1001' came")]
    [InlineData("GET", "/v1/channels?prefix=a%20b", 400, 101, "prefix is expected to be the name of a channel")]
    [InlineData("GET", "/v1/channels?after=%C3%BC", 400, 101, "after is expected to be the name of a channel")]
    [InlineData("GET", "/v1/sessions?after=x", 400, 101, "after is expected to be what next was in the page before; 'x' came")]
    [InlineData("GET", "/v1/sessions/s-nobody", 404, 101, "There is no session 's-nobody'")]
    [InlineData("GET", "/v1/sessions/a.b", 404, 101, "There is no session")]
    [InlineData("DELETE", "/v1/sessions/s-nobody", 404, 101, "There is no session 's-nobody'")]
    [InlineData("GET", "/v1/channels/a/subscriptions?after=z:1", 400, 101, "'z:1' came")]
    [InlineData("PUT", "/v1/sessions", 405, 101, "/v1/sessions does not take PUT; it takes GET, HEAD")]
    [InlineData("GET", "/v1/publish", 405, 101, "it takes POST")]
    [InlineData("GET", "/v2/channels", 404, 101, "There is nothing at /v2/channels")]
    [InlineData("GET", "/v1/channels/a/presence?limit=0", 400, 101, "limit is expected to be 1 to 1000; '0' came")]
    [InlineData("PUT", "/v1/channels/a/presence", 405, 101, "it takes GET, HEAD")]
    [InlineData("GET", "/v1/sse", 400, 101, "Whose stream? The header Realtime-Session")]
    [InlineData("GET", "/v1/poll?wait=61", 400, 101, "wait is expected to be 0 to 60")]
    [InlineData("GET", "/v1/poll?wait=-1", 400, 101, "wait is expected to be 0 to 60")]
    [InlineData("GET", "/v1/poll?cursor=1", 400, 101, "is expected to be what this server gave")]
    [InlineData("GET", "/v1/sse?lastEventId=x.1&lastEventId=x.2", 400, 101, "lastEventId is expected once")]
    [InlineData("GET", "/v1/channels/a/stream?from=soon", 400, 101, "from is expected to be")]
    [InlineData("GET", "/v1/channels/a/stream?lastEventId=12", 400, 101, "<epoch>-<offset>")]
    [InlineData("GET", "/v1/channels/a/stream?ticket=made-up", 401, 112, "get a new one (POST /v1/tickets)")]
    [InlineData("GET", "/v1/sse?ticket=made-up", 401, 112, "get a new one (POST /v1/tickets)")]
    public async Task Says_what_was_expected_and_what_came(string method, string path, int status, int code, string message)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await _server.Http.SendAsync(request);

        await IsProblemAsync(response, status, code, message);
    }

    [Theory]
    [InlineData("text/html", 415, "Content-Type: application/json is expected; 'text/html; charset=utf-8' came")]
    [InlineData("multipart/form-data", 415, "application/json is expected")]
    [InlineData("application/json; charset=latin1", 415, "the charset 'latin1' came")]
    public async Task Takes_json_only(string contentType, int status, string message)
    {
        foreach (var path in new[] { "/v1/channels/a/events", "/v1/publish", "/v1/users/u1/disconnect" })
        {
            using var content = new StringContent("{}", Encoding.UTF8, contentType.Split(';')[0]);
            if (contentType.Contains(';', StringComparison.Ordinal))
                content.Headers.ContentType!.CharSet = "latin1";

            using var response = await _server.Http.PostAsync(path, content);

            await IsProblemAsync(response, status, 101, message);
        }
    }

    [Fact]
    public async Task Takes_no_compressed_body()
    {
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        content.Headers.ContentEncoding.Add("gzip");

        using var response = await _server.Http.PostAsync("/v1/channels/a/events", content);

        await IsProblemAsync(response, 415, 101, "Content-Encoding: gzip");
    }

    [Theory]
    [InlineData("text/html", 406)]
    [InlineData("application/json;q=0, text/*", 406)]
    [InlineData("text/html, application/xhtml+xml, */*;q=0.8", 200)]
    [InlineData("application/*", 200)]
    [InlineData("application/problem+json", 200)]
    public async Task Answers_json_only(string accept, int status)
    {
        foreach (var path in new[] { "/v1/channels", "/v1/channels/a", "/v1/channels/a/events", "/v1/channels/a/subscriptions", "/v1/sessions", "/v1/server", "/openapi/v1.json" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("Accept", accept);
            using var response = await _server.Http.SendAsync(request);

            if (status == 200)
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            else
                await IsProblemAsync(response, status, 101, "leaves that out");
        }
    }

    [Fact]
    public async Task Head_is_get_without_the_body_and_options_names_the_methods()
    {
        using var get = await _server.Http.GetAsync("/v1/channels");
        using var head = await _server.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/v1/channels"));
        using var options = await _server.Http.SendAsync(new HttpRequestMessage(HttpMethod.Options, "/v1/channels/a/events"));
        using var wrong = await _server.Http.DeleteAsync("/v1/channels/a/events");

        Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.NoContent, options.StatusCode);
        Assert.Equal(["GET", "HEAD", "OPTIONS", "POST"], options.Content.Headers.Allow.Order(StringComparer.Ordinal));
        Assert.Equal(["GET", "HEAD", "POST"], wrong.Content.Headers.Allow.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("GET", "/v1/channels")]
    [InlineData("GET", "/v1/channels/a")]
    [InlineData("GET", "/v1/channels/a/subscriptions")]
    [InlineData("GET", "/v1/channels/a/events")]
    [InlineData("GET", "/v1/channels/a/state")]
    [InlineData("GET", "/v1/channels/a/state/k")]
    [InlineData("GET", "/v1/channels/a/state/k/history")]
    [InlineData("PUT", "/v1/channels/a/state/k")]
    [InlineData("PATCH", "/v1/channels/a/state/k")]
    [InlineData("DELETE", "/v1/channels/a/state/k")]
    [InlineData("POST", "/v1/channels/a/state/k")]
    [InlineData("GET", "/v1/sessions")]
    [InlineData("GET", "/v1/sessions/s-1")]
    [InlineData("DELETE", "/v1/sessions/s-1")]
    [InlineData("GET", "/v1/server")]
    [InlineData("POST", "/v1/publish")]
    [InlineData("POST", "/v1/channels/a/events")]
    [InlineData("POST", "/v1/users/u1/disconnect")]
    [InlineData("POST", "/v1/users/u1/unsubscribe")]
    public async Task Without_a_token_it_is_401_and_without_the_right_403(string method, string path)
    {
        await using var server = await EdgeServer.StartAsync();
        server.Engine.Authenticator = new Bouncer();

        using var nobody = await server.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        using var somebody = await server.Http.SendAsync(Request(method, path, "good"));
        using var liar = await server.Http.SendAsync(Request(method, path, "bad"));

        await IsProblemAsync(nobody, 401, 102, "Authorization: Bearer");
        await IsProblemAsync(liar, 401, 102, "The token does not hold.");
        Assert.Equal("Bearer", nobody.Headers.WwwAuthenticate.ToString());

        // A broadcast is read first: the rights are those on its channels.
        if (path == "/v1/publish")
            await IsProblemAsync(somebody, 403, 103, "'publish' on 'a'");
        else
            await IsProblemAsync(somebody, 403, 103, "is needed");
    }

    [Theory]
    [InlineData("GET", "/v1/channels/a/state", "'subscribe' or 'history' on 'a'")]
    [InlineData("GET", "/v1/channels/a/state/k?at=1", "'history' on 'a'")]
    [InlineData("GET", "/v1/channels/a/events/1/proof", "'history' on 'a'")]
    [InlineData("GET", "/v1/channels/a/presence", "'presence' on 'a'")]
    [InlineData("GET", "/v1/channels/a/dead-letters", "'history' or 'admin' on 'a'")]
    [InlineData("GET", "/v1/channels/$dlq.a/events", "'history' or 'admin' on 'a'")]
    [InlineData("POST", "/v1/channels/a/dead-letters/replay", "'admin' on 'a'")]
    [InlineData("GET", "/v1/checkpoints/latest?heads=true", "'admin' on '>'")]
    public async Task The_refusal_names_every_right_of_which_one_would_do_and_where_it_is_given(string method, string path, string missing)
    {
        await using var server = await EdgeServer.StartAsync();
        server.Engine.Authenticator = new Bouncer();

        using var refused = await server.Http.SendAsync(Request(method, path, "good"));

        await IsProblemAsync(refused, 403, 103, $"The right {missing} is needed.");
    }

    private static HttpRequestMessage Request(string method, string path, string token)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("Authorization", $"Bearer {token}");
        if (method == "POST")
            request.Content = new StringContent("""{"channels":["a"],"channel":"a","type":"t","data":1}""", Encoding.UTF8, "application/json");

        return request;
    }

    private static async Task IsProblemAsync(HttpResponseMessage response, int status, int code, string message)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{status} is expected; {(int)response.StatusCode} came with {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal((status, code), (problem.GetProperty("status").GetInt32(), problem.GetProperty("code").GetInt32()));
        Assert.Contains(message, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private sealed class Bouncer : IAuthenticator
    {
        public void Authenticate(string token, object? tag, IActorRef<AuthenticationReply> replyTo) => replyTo.Tell(token == "good"
            ? new AuthenticationReply.Accepted(tag, new Identity { User = "u1" })
            : new AuthenticationReply.Rejected(tag, "The token does not hold."));
    }
}
