using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.Infrastructure;
using RealTimeActors.EndToEnd.Tests.Kills;
using RealTimeActors.EndToEnd.Tests.Page;
using RealTimeActors.EndToEnd.Tests.Transports;

namespace RealTimeActors.EndToEnd.Tests.Topology;

/// <summary>Clients over plain HTTP behind something that sends each of their requests to any edge: real processes, a client that is nothing of ours, and a page in a browser.</summary>
public sealed class AnyEdgeTests(Browser browser, SharedTopology shared) : IClassFixture<Browser>, IClassFixture<SharedTopology>, IDisposable
{
    private const int Events = 3_000;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(1) };

    public void Dispose() => _http.Dispose();

    [PostgreSqlFact]
    public Task A_stream_goes_on_while_its_requests_go_to_one_edge_and_the_other_in_turn() => FollowsAsync(Carrier.Stream, "any.stream", Edge1, Edge2, Edge2);

    [PostgreSqlFact]
    public Task Polls_go_on_while_they_go_to_one_edge_and_the_other_in_turn() => FollowsAsync(Carrier.Poll, "any.poll", Edge1, Edge2, Edge2);

    [PostgreSqlFact]
    public async Task Behind_the_load_balancer_it_is_the_same()
    {
        // Where nginx is not installed there is none.
        if (shared.Running.Entrances is not [var balancer])
            return;

        await FollowsAsync(Carrier.Stream, "any.balanced.stream", balancer.Port);
        await FollowsAsync(Carrier.Poll, "any.balanced.poll", balancer.Port);
    }

    [PostgreSqlFact]
    public async Task A_page_whose_WebSocket_is_blocked_follows_and_publishes_through_the_load_balancer()
    {
        if (new ChromiumFactAttribute().Skip is not null || shared.Running.Entrances is not [var balancer])
            return;

        await using var proxy = new BlockingProxy(balancer.Port, blocks: true);
        await using var tab = await browser.OpenTabAsync(new Uri(proxy.Address, "explorer#/channels/any.page"));
        await tab.BecomesTrueAsync("document.body.dataset.transport === 'sse' && document.body.dataset.state === 'live'");

        await tab.FillAsync("#publish-type", "grant.updated");
        await tab.FillAsync("#publish-data", """{"amount":1.50}""");
        for (var published = 1; published <= 10; published++)
        {
            await tab.ClickAsync("#publish-button");
            await tab.BecomesTrueAsync($"[...document.querySelectorAll('#events li')].map(row => row.dataset.offset).join() === '{string.Join(',', Enumerable.Range(1, published).Reverse())}'");
        }
    }

    [PostgreSqlFact]
    public async Task A_ticket_admits_once_at_whichever_edge_it_is_shown()
    {
        using var made = await _http.PostAsync(At(Edge1, "v1/tickets"), null);
        var ticket = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("ticket").GetString();

        using var first = await _http.GetAsync(At(Edge2, $"v1/channels/any.ticket/stream?ticket={ticket}"), HttpCompletionOption.ResponseHeadersRead);
        using var again = await _http.GetAsync(At(Edge2, $"v1/channels/any.ticket/stream?ticket={ticket}"), HttpCompletionOption.ResponseHeadersRead);
        using var elsewhere = await _http.GetAsync(At(Edge1, $"v1/channels/any.other/stream?ticket={ticket}"), HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized], new[] { first, again, elsewhere }.Select(answer => answer.StatusCode));
    }

    [PostgreSqlFact]
    public async Task A_key_that_is_wrong_is_as_wrong_at_the_other_edge_and_names_nobody()
    {
        using var hello = await _http.PostAsync(At(Edge1, "v1/up"), new StringContent("""{"id":1,"hello":{}}"""));
        var session = (await hello.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("welcome").GetProperty("session");
        var (id, key) = (session.GetProperty("id").GetString()!, session.GetProperty("key").GetString()!);

        var right = await PingAsync(Edge2, id, key);
        var wrong = await PingAsync(Edge2, id, (key[0] == 'A' ? 'B' : 'A') + key[1..]);
        var foreign = await PingAsync(Edge2, "s-another", key);
        var nowhere = await PingAsync(Edge2, id, key + "9");

        Assert.Equal((HttpStatusCode.OK, """{"id":2,"pong":{}}"""), (right.Status, right.Body.Trim()));
        Assert.All([wrong, foreign, nowhere], answer => Assert.Equal(HttpStatusCode.Gone, answer.Status));
        Assert.All([wrong, foreign, nowhere], answer => Assert.DoesNotContain(key[1..32], answer.Body, StringComparison.Ordinal));
    }

    private int Edge1 => shared.Running["edge-1"].Port;

    private int Edge2 => shared.Running["edge-2"].Port;

    private static Uri At(int port, string path) => new($"http://127.0.0.1:{port}/{path}");

    private async Task<(HttpStatusCode Status, string Body)> PingAsync(int port, string id, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, At(port, "v1/up")) { Content = new StringContent("""{"id":2,"ping":{}}""") };
        request.Headers.TryAddWithoutValidation("Realtime-Session", $"{id}; {key}");
        using var answer = await _http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Everything comes once, in order, by one connection: nobody is sent back to say hello.</summary>
    private async Task FollowsAsync(Carrier carrier, string channel, int port, params int[] others)
    {
        using var client = new Traveller(port, channel, others);
        var publishing = PublishAsync(channel);

        await client.TravelAsync(carrier, () => client.Applied.Count >= Events);

        await publishing;
        Assert.Equal(Enumerable.Range(1, Events).Select(offset => (long)offset), client.Applied);
        Assert.Equal((0, 1), (client.Repeats, client.Hellos));
        Assert.Empty(client.Refusals);
    }

    private async Task PublishAsync(string channel)
    {
        for (var left = Events; left > 0; left -= 100)
        {
            var events = string.Join(',', Enumerable.Repeat("""{"type":"t","data":{"text":"0123456789012345678901234567890123456789"}}""", 100));
            using var answer = await _http.PostAsync(At(Edge1, $"v1/channels/{channel}/events"), new StringContent($"[{events}]"));
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        }
    }
}
