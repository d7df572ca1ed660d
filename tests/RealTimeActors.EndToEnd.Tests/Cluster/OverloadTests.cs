using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RealTimeActors.Client;
using RealTimeActors.EndToEnd.Tests.Kills;
using RealTimeActors.Hammer.Cluster.Nodes;
using RealTimeActors.PostgreSql.Kit;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.EndToEnd.Tests.Cluster;

/// <summary>An edge that has hardly a place left beside one that is empty, as clients and operators meet it.</summary>
[Collection(ClusterCollection.Name)]
public sealed class OverloadTests : IAsyncLifetime, IDisposable
{
    private const string Channel = "funding.grants";
    private const int Places = 20;
    private const int Clients = 19;
    private const int Events = 100;
    private const string TurnedAway = "New clients are turned away";

    private readonly CancellationTokenSource _late = new(TimeSpan.FromMinutes(3));
    private readonly List<RealTimeClient> _clients = [];
    private ClusterProcesses? _cluster;

    public async Task InitializeAsync()
    {
        if (PrivatePostgreSql.WhyNot is null)
        {
            _cluster = await ClusterProcesses.StartAsync(new ClusterShape
            {
                Cores = 1,
                Settings = [$"realtime.limits.connections={Places}", "realtime.cluster.overload.stay=12s", "realtime.cluster.overload.away-every=1s", "realtime.cluster.overload.away-share=0.2"],
            });
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();

        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    public void Dispose() => _late.Dispose();

    [PostgreSqlFact]
    public async Task A_full_edge_turns_new_clients_away_and_sends_some_of_its_own_to_the_empty_one_and_nobody_misses_an_event()
    {
        var (full, empty) = (_cluster!.Edges[0], _cluster.Edges[1]);
        for (var i = 0; i < Clients; i++)
        {
            var client = Client(full, empty);
            _clients.Add(client);
            await client.ConnectAsync(_late.Token);
        }

        var following = _clients.ConvertAll(FollowAsync);
        await PublishAsync();
        await full.SaysAsync(TurnedAway, _late.Token);

        using var hello = new StringContent("""{"id":1,"hello":{}}""");
        using var refused = await full.Http.PostAsync(new Uri("v1/up", UriKind.Relative), hello, _late.Token);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(_late.Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal((113, 5_000), (problem.GetProperty("code").GetInt32(), problem.GetProperty("afterMs").GetInt32()));
        Assert.Contains("others have room (edge-2)", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await full.Http.GetAsync(new Uri("readyz", UriKind.Relative), _late.Token)).StatusCode);
        await using (var late = Client(full, empty))
        {
            await late.ConnectAsync(_late.Token);
            Assert.Equal(1, await ConnectionsOfAsync(empty));
        }

        // Who goes is welcomed elsewhere before he leaves: none is missing at any moment.
        await SomeAreGoneAsync(full, empty);
        Assert.DoesNotContain(TurnedAway, empty.Output, StringComparison.Ordinal);
        await PublishAsync();

        foreach (var offsets in await Task.WhenAll(following))
            Assert.Equal(Enumerable.Range(1, 2 * Events).Select(i => (long)i), offsets);
    }

    private RealTimeClient Client(params NodeProcess[] edges) =>
        new(new RealTimeClientOptions { Endpoints = [.. edges.Select(edge => edge.Address)], Token = _ => ValueTask.FromResult<string?>(_cluster!.Token) });

    private async Task<List<long>> FollowAsync(RealTimeClient client)
    {
        var offsets = new List<long>();
        await foreach (var received in client.FollowAsync(Channel, new SubscribeOptions { From = From.Earliest }, _late.Token))
        {
            offsets.Add(received.Offset);
            if (offsets.Count == 2 * Events)
                break;
        }

        return offsets;
    }

    private async Task PublishAsync()
    {
        for (var i = 0; i < Events; i++)
        {
            using var response = await _cluster!.Cores[0].Http.PostAsJsonAsync($"v1/channels/{Channel}/events", new { type = "grant.updated", data = new { amount = i } }, _late.Token);
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        }
    }

    /// <summary>As any node tells it.</summary>
    private async Task<int> ConnectionsOfAsync(NodeProcess node)
    {
        var cluster = await _cluster!.Cores[0].Http.GetFromJsonAsync<JsonElement>("v1/cluster", _late.Token);
        var connections = cluster.GetProperty("nodes").EnumerateArray().Single(member => member.GetProperty("node").GetString() == node.Name).GetProperty("connections");
        return connections.ValueKind == JsonValueKind.Number ? connections.GetInt32() : -1;
    }

    /// <summary>Looked for now and then: that a client has moved is known by the counts of the two alone. What an edge says (that it takes clients again) depends on its processors, too.</summary>
    private async Task SomeAreGoneAsync(NodeProcess from, NodeProcess to)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var (here, there) = (Clients, 0); here >= Places * 0.9 || here + there < Clients; (here, there) = (await ConnectionsOfAsync(from), await ConnectionsOfAsync(to)))
            Assert.True(await pace.WaitForNextTickAsync(_late.Token));
    }
}
