using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RealTimeActors.Client;
using RealTimeActors.Client.Machine;
using RealTimeActors.EndToEnd.Tests.CommandLine;
using RealTimeActors.EndToEnd.Tests.Infrastructure;
using RealTimeActors.EndToEnd.Tests.Kills;
using RealTimeActors.EndToEnd.Tests.Page;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.EndToEnd.Tests.Topology;

/// <summary>The topology of <c>docker-compose.yml</c> as <c>tests/cluster.sh</c> brings it up, as its operators and users meet it.</summary>
public sealed class TopologyTests(Browser browser) : IClassFixture<Browser>, IAsyncLifetime, IDisposable
{
    private const string Channel = "funding.grants";
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(1) };
    private readonly CancellationTokenSource _late = new(TimeSpan.FromMinutes(3));
    private RunningTopology _cluster = null!;

    public async Task InitializeAsync()
    {
        if (new PostgreSqlFactAttribute().Skip is null)
            _cluster = await RunningTopology.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    public void Dispose()
    {
        _http.Dispose();
        _late.Dispose();
    }

    [PostgreSqlFact]
    public async Task Shards_move_and_nodes_are_drained_while_a_client_follows_and_nobody_gets_an_error()
    {
        var states = new ConcurrentQueue<ClientStateChange>();
        await using var client = new RealTimeClient(new RealTimeClientOptions { Endpoints = _cluster.Entrances, StateChanged = states.Enqueue });
        await client.ConnectAsync(_late.Token);
        var following = FollowAsync(client, 400);

        await PublishAsync(100);
        Assert.Equal(0, (await OrderAsync("edge-2", "move", "0", "core-2")).ExitCode);
        Assert.Equal(0, (await OrderAsync("edge-1", "move", "0", "core-1")).ExitCode);
        await PublishAsync(100);
        var edge = await ConnectionsOfAsync("edge-1") > 0 ? "edge-1" : "edge-2";
        Assert.Equal(0, (await OrderAsync("core-1", "drain", edge)).ExitCode);
        await PublishAsync(100);
        Assert.Equal(0, (await OrderAsync(edge, "drain", "core-1")).ExitCode);
        await PublishAsync(100);

        Assert.Equal(Enumerable.Range(1, 400).Select(i => (long)i), await following);
        while (await ConnectionsOfAsync(edge) > 0)
            _late.Token.ThrowIfCancellationRequested();

        // It went elsewhere before it let go of what it had.
        Assert.DoesNotContain(states, change => change.State == ClientState.Reconnecting);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _http.GetAsync(new Uri(_cluster[edge], "readyz"))).StatusCode);
        var shards = (await OrderAsync("core-2", "shards")).Output;
        Assert.DoesNotContain("core-1", shards, StringComparison.Ordinal);
        Assert.Equal(65, shards.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        Assert.Equal((0, $"{edge} takes clients again.\n"), (await OrderAsync("core-2", "undrain", edge)) is var taken ? (taken.ExitCode, taken.Output) : default);
        Assert.StartsWith("core-1 takes shards again;", (await OrderAsync("core-2", "undrain", "core-1")).Output, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(new Uri(_cluster[edge], "readyz"))).StatusCode);
        Assert.Equal(0, (await OrderAsync("edge-1", "move", "0", "core-1")).ExitCode);
    }

    [PostgreSqlFact]
    public async Task A_core_takes_no_clients_and_answers_everything_else_and_orders_that_cannot_be_are_explained()
    {
        using var refused = await _http.GetAsync(new Uri(_cluster["core-1"], $"v1/channels/{Channel}/stream"), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("core-1 has the role core only and takes no clients", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, (await PublishAsync(_cluster["core-1"])).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(new Uri(_cluster["core-1"], "readyz"))).StatusCode);

        var tail = await Cli.RunAsync(["tail", Channel, "--server", _cluster["core-1"].ToString(), "--timeout", "10"]);
        Assert.Equal(3, tail.ExitCode);
        Assert.Contains("core-1 has the role core only and takes no clients", tail.Error, StringComparison.Ordinal);

        var nodes = (await OrderAsync("core-2")).Output;
        Assert.All((string[])["core-1", "core-2", "edge-1", "edge-2"], node => Assert.Contains(node, nodes, StringComparison.Ordinal));
        await FailsAsync("There is no node core-9", "move", "3", "core-9");
        await FailsAsync("There is no shard 64", "move", "64", "core-1");
        await FailsAsync("edge-1 takes no shards", "move", "3", "edge-1");
        await FailsAsync("There is no node edge-9: the members are core-1, core-2, edge-1, edge-2", "drain", "edge-9");

        // How long to wait is looked at before anything is ordered.
        var mistyped = await OrderAsync("edge-2", "drain", "core-2", "--within", "-1");
        Assert.Equal((2, "--within: seconds from 0 to 86400 are expected; -1 came.\n"), (mistyped.ExitCode, mistyped.Error));
        Assert.DoesNotContain("drained", (await OrderAsync("edge-2")).Output, StringComparison.Ordinal);

        async Task FailsAsync(string why, params string[] order)
        {
            var result = await OrderAsync("edge-2", order);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains(why, result.Error, StringComparison.Ordinal);
        }
    }

    [PostgreSqlFact]
    public async Task A_node_that_stood_still_for_longer_than_its_lease_ends_and_is_started_again()
    {
        await _cluster.SignalAsync("edge-2", "STOP");
        while (await SumAsync("realtime_cluster_members", "core-1") > 3)
            _late.Token.ThrowIfCancellationRequested();

        await _cluster.SignalAsync("edge-2", "CONT");
        while (await SumAsync("realtime_cluster_linked", "core-1") < 3)
            _late.Token.ThrowIfCancellationRequested();

        Assert.Equal(4, await SumAsync("realtime_cluster_members", "core-1"));
        while (!await IsReadyAsync("edge-2"))
            _late.Token.ThrowIfCancellationRequested();

        Assert.Equal(HttpStatusCode.Created, (await PublishAsync(_cluster["edge-2"])).StatusCode);
    }

    [PostgreSqlFact]
    public async Task Every_node_tells_its_place_in_the_cluster_to_who_watches_it_and_a_move_leaves_its_trace()
    {
        string[] nodes = ["core-1", "core-2", "edge-1", "edge-2"];
        await PublishAsync(1);
        foreach (var to in (string[])["core-2", "core-1"])
            Assert.Equal(0, (await OrderAsync("edge-1", "move", "0", to)).ExitCode);

        var document = await File.ReadAllLinesAsync(Path.Combine(RunningTopology.Root, "src/RealTimeActors.Hosting/METRICS.md"));
        var promised = document.Select(line => line.Split('`')).Where(parts => parts is ["| ", _, ..]).Select(parts => parts[1]).Where(name => name.StartsWith("realtime_cluster_", StringComparison.Ordinal) || name.StartsWith("realtime_links_", StringComparison.Ordinal));
        Assert.Empty(promised.Except(await NamesAsync("edge-2")));

        // One that is on its way just now is nobody's, and nodes are asked one after the other.
        await BecomesAsync(64, "realtime_cluster_shards");
        await BecomesAsync(4 * 4, "realtime_cluster_members");
        await BecomesAsync(4 * 3, "realtime_cluster_linked");
        Assert.InRange(await SumAsync("realtime_cluster_moves_total", nodes), 1, int.MaxValue);
        Assert.InRange(await SumAsync("realtime_links_sent_bytes_total", nodes), 1, double.MaxValue);

        async Task BecomesAsync(double sum, string name)
        {
            while (await SumAsync(name, nodes) != sum)
                _late.Token.ThrowIfCancellationRequested();
        }
    }

    [PostgreSqlFact]
    public async Task The_explorer_shows_nodes_and_shards_and_what_moves()
    {
        if (new ChromiumFactAttribute().Skip is not null)
            return;

        await using var tab = await browser.OpenTabAsync(new Uri(_cluster.Entrances[0], "explorer#/cluster"));
        await tab.BecomesTrueAsync("[...document.querySelectorAll('#nodes tr')].map(row => row.dataset.node).join() === 'core-1,core-2,edge-1,edge-2'");
        await tab.BecomesTrueAsync("document.querySelectorAll('#shards li').length === 64 && document.querySelectorAll('#shards li.free').length === 0");
        Assert.False(await tab.AskAsync<bool>("document.getElementById('to-cluster').hidden"));

        var to = await tab.AskAsync<string>("document.querySelector('#shards .group:last-child strong').textContent");
        var shard = await tab.AskAsync<string>("document.querySelector('#shards .group:first-child li').dataset.key");
        Assert.Equal(0, (await OrderAsync("edge-1", "move", shard, to)).ExitCode);

        await tab.BecomesTrueAsync($"[...document.querySelectorAll('#shards .group:last-child li')].some(tile => tile.dataset.key === '{shard}')");
        await tab.BecomesTrueAsync($"document.getElementById('moves').textContent.includes('shard {shard}: ')");
        Assert.Empty(tab.Faults);
    }

    private async Task<List<long>> FollowAsync(RealTimeClient client, int count)
    {
        var offsets = new List<long>();
        await foreach (var received in client.FollowAsync(Channel, new SubscribeOptions { From = From.Earliest }, _late.Token))
        {
            offsets.Add(received.Offset);
            if (offsets.Count == count)
                break;
        }

        return offsets;
    }

    /// <summary>One after the other, each of them answered by a receipt.</summary>
    private async Task PublishAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var response = await PublishAsync(_cluster.Entrances[i % _cluster.Entrances.Count]);
            Assert.True(response.StatusCode == HttpStatusCode.Created, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
    }

    private Task<HttpResponseMessage> PublishAsync(Uri at) =>
        _http.PostAsJsonAsync(new Uri(at, string.Create(CultureInfo.InvariantCulture, $"v1/channels/{Channel}/events")), new { type = "grant.updated", data = new { amount = 1 } });

    /// <summary>Of this node alone: what <c>/v1/server</c> counts is everywhere.</summary>
    private async Task<int> ConnectionsOfAsync(string node) => (int)await SumAsync("realtime_connections", node);

    private async Task<bool> IsReadyAsync(string node)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(_cluster[node], "readyz"), _late.Token);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<double> SumAsync(string name, params string[] nodes)
    {
        var sum = 0.0;
        foreach (var node in nodes)
        {
            foreach (var figure in (await FiguresOfAsync(node)).Where(figure => figure.GetProperty("name").GetString() == name))
                sum += figure.GetProperty("points").EnumerateArray().Sum(point => point.GetProperty("value").GetDouble());
        }

        return sum;
    }

    private async Task<IEnumerable<string?>> NamesAsync(string node) => (await FiguresOfAsync(node)).Select(figure => figure.GetProperty("name").GetString());

    private async Task<List<JsonElement>> FiguresOfAsync(string node)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_cluster[node], "metrics"));
        request.Headers.Accept.ParseAdd("application/json");
        using var response = await _http.SendAsync(request);
        return [.. (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("metrics").EnumerateArray()];
    }

    private Task<CommandResult> OrderAsync(string at, params string[] order) =>
        Cli.RunAsync(new Dictionary<string, string> { ["REALTIME_ENDPOINT"] = _cluster[at].ToString() }, "", ["cluster", .. order]);
}
