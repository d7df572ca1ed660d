using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Edge.Tests.HttpApi;

public sealed class ServerTests
{
    [Fact]
    public async Task Says_that_it_is_alive_and_ready()
    {
        await using var server = await RealServer.StartAsync();

        Assert.Equal("""{"status":"alive"}""", await server.Http.GetStringAsync("/healthz"));
        Assert.Equal("""{"status":"ready"}""", await server.Http.GetStringAsync("/readyz"));
    }

    [Fact]
    public async Task Says_why_it_is_not_ready()
    {
        await using var server = await EdgeServer.StartAsync();
        server.Engine.NotReady = "the server is stopping";
        using var http = new HttpClient { BaseAddress = server.Address };

        using var response = await http.GetAsync("/readyz");
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal("Not ready: the server is stopping.", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Is_not_ready_while_nothing_can_be_stored_but_takes_connections_that_read()
    {
        await using var server = await EdgeServer.StartAsync();
        server.Engine.JournalDown = new JournalOutage("The database cannot be reached.", "PostgreSQL at db-7:5432 cannot be reached. See whether it runs.", new DateTimeOffset(2026, 11, 22, 23, 10, 5, TimeSpan.FromHours(1)));

        using var response = await server.Http.GetAsync("/readyz");
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        using var client = await server.ConnectAsync();

        Assert.Equal((HttpStatusCode.ServiceUnavailable, 113), (response.StatusCode, problem.GetProperty("code").GetInt32()));
        Assert.Equal("Not ready: The database cannot be reached. It has been so since 2026-11-22 22:10:05 UTC.", problem.GetProperty("detail").GetString());
        Assert.NotNull(await server.Engine.NextConnectionAsync());
    }

    [Theory]
    [InlineData("PUT", "/v1/channels/a/state", 405, 101)]
    [InlineData("POST", "/v1/channels/a/state/k/history", 405, 101)]
    [InlineData("POST", "/v1/channels/a/presence", 405, 101)]
    [InlineData("GET", "/v1/up", 405, 101)]
    [InlineData("POST", "/v1/sse", 405, 101)]
    [InlineData("POST", "/v1/poll", 405, 101)]
    [InlineData("GET", "/v1/tickets", 405, 101)]
    [InlineData("GET", "/v1/nothing", 404, 101)]
    [InlineData("DELETE", "/v1/channels/a/events", 405, 101)]
    [InlineData("GET", "/v1/ws", 426, 101)]
    public async Task Says_what_is_not_here(string method, string path, int status, int code)
    {
        await using var server = await EdgeServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await http.SendAsync(request);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal((status, code), ((int)response.StatusCode, problem.GetProperty("code").GetInt32()));
    }

    [Fact]
    public async Task A_page_of_the_list_may_ask_and_read_and_others_may_not()
    {
        await using var server = await EdgeServer.StartAsync(new EdgeOptions { Origins = ["https://app.example.org"] });
        using var http = new HttpClient { BaseAddress = server.Address };

        using var asked = await PreflightAsync(http, "https://app.example.org");
        using var refused = await PreflightAsync(http, "https://evil.example");

        Assert.Equal(HttpStatusCode.NoContent, asked.StatusCode);
        Assert.Equal(["https://app.example.org"], asked.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.False(refused.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_stopping_server_tells_its_clients_and_closes_in_good_order()
    {
        await using var server = await RealServer.StartAsync();
        using var client = await server.ConnectAsync();
        await client.SendTextAsync("""{"id":1,"hello":{"subscribe":[{"channel":"a","from":"earliest"}]}}""");
        Assert.Contains("\"welcome\"", await TextAsync(client), StringComparison.Ordinal);

        var stopping = server.StopAsync();
        var told = new StringBuilder();
        (byte First, byte[] Payload) frame;
        while ((frame = await client.ReadFrameAsync()).First != 0x88)
            told.Append(Encoding.UTF8.GetString(frame.Payload));

        Assert.Equal(4000, (frame.Payload[0] << 8) | frame.Payload[1]);
        Assert.Contains("\"goaway\"", told.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"close\":{\"code\":4000", told.ToString(), StringComparison.Ordinal);
        await client.SendCloseAsync(4000);
        await stopping.WaitAsync(Patience.Limit);
    }

    private static async Task<string> TextAsync(RawClient client) => Encoding.UTF8.GetString((await client.ReadFrameAsync()).Payload);

    private static Task<HttpResponseMessage> PreflightAsync(HttpClient http, string origin)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, "/v1/channels/a/events");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        return http.SendAsync(request);
    }
}
