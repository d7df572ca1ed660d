using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RealTimeActors.Client;
using RealTimeActors.Client.Machine;
using RealTimeActors.EndToEnd.Tests.CommandLine;
using RealTimeActors.EndToEnd.Tests.Kills;
using RealTimeActors.Hammer.Cluster.Nodes;
using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.EndToEnd.Tests.Cluster;

/// <summary>An edge whose only core is away, as load balancers, operators and clients meet it.</summary>
[Collection(ClusterCollection.Name)]
public sealed class EdgeWithoutCoreTests : IAsyncLifetime, IDisposable
{
    private const string Reason = "it reaches no core, and takes no new clients until it does";
    private readonly CancellationTokenSource _late = new(TimeSpan.FromMinutes(2));
    private ClusterProcesses? _cluster;

    public async Task InitializeAsync()
    {
        if (PrivatePostgreSql.WhyNot is null)
            _cluster = await ClusterProcesses.StartAsync(new ClusterShape { Cores = 1, Edges = 1 });
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    public void Dispose() => _late.Dispose();

    [PostgreSqlFact]
    public async Task It_keeps_its_clients_and_answers_operators_and_new_clients_go_elsewhere_until_a_core_is_there()
    {
        var (core, edge) = (_cluster!.Cores[0], _cluster.Edges[0]);
        var states = new ConcurrentQueue<ClientStateChange>();
        await using var client = new RealTimeClient(new RealTimeClientOptions { Endpoints = [edge.Address], Token = _ => ValueTask.FromResult<string?>(_cluster.Token), StateChanged = states.Enqueue });
        await client.ConnectAsync(_late.Token);
        await client.PublishAsync("funding.grants", "grant.updated", new { amount = 1 }, cancellationToken: _late.Token);

        // The first request after the core went, with a token that nobody has shown the edge since: who was put out is known by the core alone.
        await core.KillAsync();
        Assert.Equal("edge-1", (await LookAsync(edge)).GetProperty("node").GetString());

        await edge.SaysAsync(Reason, _late.Token);
        using (var refused = await edge.Http.GetAsync("readyz", _late.Token))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Contains($"Not ready: {Reason}: no node of the role core is there.", await refused.Content.ReadAsStringAsync(_late.Token), StringComparison.Ordinal);
        }

        var itself = (await LookAsync(edge)).GetProperty("nodes").EnumerateArray().Single();
        Assert.StartsWith(Reason, itself.GetProperty("apart").GetString(), StringComparison.Ordinal);
        Assert.Contains($"edge-1 is apart: {Reason}", (await OrderAsync(edge)).Output, StringComparison.Ordinal);
        var undrained = await OrderAsync(edge, "undrain", "edge-1");
        Assert.Equal(1, undrained.ExitCode);
        Assert.Contains("edge-1 was not drained: it is apart", undrained.Error, StringComparison.Ordinal);

        await core.StartAsync();
        await edge.BecomesReadyAsync();
        await client.PublishAsync("funding.grants", "grant.updated", new { amount = 2 }, cancellationToken: _late.Token);
        Assert.DoesNotContain(states, change => change.State == ClientState.Reconnecting);
    }

    [PostgreSqlFact]
    public async Task It_may_be_started_before_the_core()
    {
        var (core, edge) = (_cluster!.Cores[0], _cluster.Edges[0]);
        await edge.KillAsync();
        await core.KillAsync();

        var ready = edge.StartAsync();
        await edge.SaysAsync(Reason, _late.Token);
        Assert.False(ready.IsCompleted);

        await core.StartAsync();
        await ready;
        Assert.Equal(2, (await LookAsync(edge)).GetProperty("nodes").GetArrayLength());
    }

    private Task<JsonElement> LookAsync(NodeProcess node) => node.Http.GetFromJsonAsync<JsonElement>("v1/cluster", _late.Token);

    private Task<CommandResult> OrderAsync(NodeProcess at, params string[] order) =>
        Cli.RunAsync(new Dictionary<string, string> { ["REALTIME_ENDPOINT"] = at.Address.ToString(), ["REALTIME_TOKEN"] = _cluster!.Token }, "", ["cluster", .. order]);
}
