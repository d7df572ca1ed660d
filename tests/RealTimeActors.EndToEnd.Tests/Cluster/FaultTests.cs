using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using RealTimeActors.EndToEnd.Tests.Kills;
using RealTimeActors.Hammer.Cluster.Faults;
using RealTimeActors.Hammer.Cluster.Load;
using RealTimeActors.Hammer.Cluster.Nodes;
using Xunit.Abstractions;

namespace RealTimeActors.EndToEnd.Tests.Cluster;

/// <summary>
/// Real faults of real processes, under load: publishers over HTTP and WebSocket that say again what was not answered, subscribers that come back to another edge. At the end of each
/// every receipt is in the one log that all nodes tell, and every application was given each event once, in order.
/// </summary>
[Collection(ClusterCollection.Name)]
public sealed class FaultTests(SharedCluster shared, ITestOutputHelper output)
{
    // No promise but an end: how soon it is on a quiet machine is measured by the program (hammer cluster).
    private static readonly TimeSpan _bound = TimeSpan.FromSeconds(20);

    [PostgreSqlFact]
    public Task Another_core_takes_over_when_one_is_killed() => SurvivesAsync(FaultKind.KillCore);

    [PostgreSqlFact]
    public Task Clients_resume_at_another_edge_when_theirs_is_killed() => SurvivesAsync(FaultKind.KillEdge);

    [PostgreSqlFact]
    public Task A_core_that_stood_still_past_its_lease_ends_and_nothing_of_it_counts() => SurvivesAsync(FaultKind.StopCore);

    [PostgreSqlFact]
    public Task Clients_of_an_edge_that_stands_still_go_elsewhere() => SurvivesAsync(FaultKind.StopEdge);

    [PostgreSqlFact]
    public Task No_receipt_is_false_when_the_database_is_killed() => SurvivesAsync(FaultKind.KillDatabase);

    [PostgreSqlFact]
    public Task A_core_that_is_cut_off_from_the_database_alone_loses_its_shards() => SurvivesAsync(FaultKind.CutCoreFromDatabase);

    [PostgreSqlFact]
    public Task A_core_that_reaches_nobody_loses_its_shards() => SurvivesAsync(FaultKind.CutCoreOff);

    [PostgreSqlFact]
    public Task What_an_edge_cannot_send_to_a_core_costs_time_and_no_truth() => SurvivesAsync(FaultKind.CutEdgeToCore);

    [PostgreSqlFact]
    public Task What_a_core_cannot_send_to_an_edge_costs_time_and_no_truth() => SurvivesAsync(FaultKind.CutCoreToEdge);

    [PostgreSqlFact]
    public async Task Who_asked_a_core_over_HTTP_that_stands_still_is_told_before_the_request_s_time_is_over()
    {
        await shared.Cluster.RestoreAsync();
        var edge = shared.Cluster.Edges[0];

        // A core that was just started has hardly a shard: the other one has what all requests need, as who was put out.
        await shared.Cluster.Cores[^1].KillAsync();
        await shared.Cluster.RestoreAsync();
        var (core, channels) = await BusiestAsync();
        Assert.All(await PublishAsync(edge, channels), answer => Assert.Equal(HttpStatusCode.Created, answer.Status));

        await core.SignalAsync("STOP");
        var answers = await PublishAsync(edge, channels);
        await shared.Cluster.RestoreAsync();

        // A request may take 10 s; a link finds within 1 s that nothing comes.
        Assert.Contains(answers, answer => answer.Status != HttpStatusCode.Created);
        Assert.All(answers, answer => Assert.True(answer.After < TimeSpan.FromSeconds(6), $"{answer.Status} came after {answer.After}"));
    }

    [PostgreSqlFact]
    public async Task All_nodes_are_replaced_one_after_the_other_and_nobody_misses_or_repeats_an_event()
    {
        var cluster = shared.Cluster;
        await using var load = await StartAsync("rolling");

        foreach (var node in cluster.Nodes)
        {
            Assert.Equal(0, await node.StopAsync());
            await node.StartAsync();
        }

        var judgement = await load.FinishAsync();
        output.WriteLine(FormattableString.Invariant($"{load.Count} receipts; the slowest publish took {load.Slowest.TotalMilliseconds:0} ms"));
        AssertGood(judgement);
        Assert.True(load.Slowest < _bound, $"A publish took {load.Slowest} while the nodes were replaced.");
    }

    [PostgreSqlFact]
    public async Task A_node_that_the_others_hold_for_dead_ends_with_an_exit_code_of_its_own()
    {
        await shared.Cluster.RestoreAsync();
        var edge = shared.Cluster.Edges[^1];

        await shared.Cluster.Database.ExecuteAsync($"DELETE FROM realtime.members WHERE node = '{edge.Name}'; UPDATE realtime.membership SET number = number + 1");

        Assert.Equal(5, await edge.EndsAsync());
        await edge.StartAsync();
    }

    private async Task SurvivesAsync(FaultKind kind)
    {
        await using var load = await StartAsync($"{kind}");

        var result = await new FaultRunner(shared.Cluster, load).RunAsync(kind, shared.Cluster.Cores[^1], shared.Cluster.Edges[^1]);

        var judgement = await load.FinishAsync();
        output.WriteLine($"{result}; {load.Count} receipts");
        AssertGood(judgement);
        Assert.True(result.Slowest < _bound, $"{result}");
    }

    /// <summary>The core that has the shards of the most channels, and these channels.</summary>
    private async Task<(NodeProcess Core, IReadOnlyList<string> Channels)> BusiestAsync()
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var channels = Enumerable.Range(1, 24).Select(number => string.Create(CultureInfo.InvariantCulture, $"faults.asked.{number}")).ToList();
        var found = await Task.WhenAll(shared.Cluster.Cores.Select(async core => (core, await ClusterLook.ChannelsOfAsync(core, channels, late.Token))));
        return found.MaxBy(core => core.Item2.Count);
    }

    private static Task<(HttpStatusCode Status, TimeSpan After)[]> PublishAsync(NodeProcess edge, IEnumerable<string> channels) => Task.WhenAll(channels.Select(async channel =>
    {
        var began = Stopwatch.GetTimestamp();
        using var answer = await edge.Http.PostAsJsonAsync($"v1/channels/{channel}/events", new { type = "asked", data = new { } });
        return (answer.StatusCode, Stopwatch.GetElapsedTime(began));
    }));

    private async Task<ClusterLoad> StartAsync(string name)
    {
        await shared.Cluster.RestoreAsync();
        return await ClusterLoad.StartAsync(shared.Cluster, name, channels: 4, subscribers: 3);
    }

    private void AssertGood(Judgement judgement)
    {
        foreach (var note in judgement.Notes)
            output.WriteLine(note);

        Assert.True(judgement.IsGood, $"{string.Join('\n', judgement.Problems)}\n{string.Join('\n', shared.Cluster.Nodes.Select(node => $"--- {node.Name} said last:\n{node.Output}"))}");
    }
}
