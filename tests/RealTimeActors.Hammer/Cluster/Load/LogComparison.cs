using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using RealTimeActors.Hammer.Cluster.Nodes;
using RealTimeActors.Hammer.Servers;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Hammer.Cluster.Load;

/// <summary>Reads the log of a channel from every node: they have to tell the same history, chained hash by hash.</summary>
internal static class LogComparison
{
    private const int ProofsMax = 8;
    private static readonly TimeSpan _within = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _betweenAttempts = TimeSpan.FromMilliseconds(100);

    internal static async Task<ReadLog> ReadAsync(IReadOnlyList<NodeProcess> nodes, string channel, Judgement judgement)
    {
        var log = await ReadAsync(nodes[0], channel);
        foreach (var node in nodes.Skip(1))
        {
            var other = await ReadAsync(node, channel);
            if (other.Epoch != log.Epoch || !other.Events.SequenceEqual(log.Events))
                judgement.Problem($"{node.Name} tells {channel} as epoch {other.Epoch} with {other.Events.Count} events, {nodes[0].Name} as {log.Epoch} with {log.Events.Count}, and they are not the same.");
        }

        foreach (var at in Enumerable.Range(0, Math.Min(ProofsMax, log.Events.Count)).Select(i => log.Events.Count - 1 - (int)((long)i * log.Events.Count / ProofsMax)).Distinct())
            await CheckAsync(nodes[at % nodes.Count], channel, log, at, judgement);

        return log;
    }

    /// <summary>The node proves an event: what is shown of it hashes to its hash, behind the hash of the event before.</summary>
    private static async Task CheckAsync(NodeProcess node, string channel, ReadLog log, int at, Judgement judgement)
    {
        var proof = EventProofJson.Parse(await AskAsync(node, FormattableString.Invariant($"v1/channels/{channel}/events/{log.Events[at].Offset}/proof"), content => content.ReadAsByteArrayAsync()));
        var previous = at == 0 ? new string('0', 64) : log.Events[at - 1].Hash;
        var verdict = ProofVerifier.Verify(proof with { Inclusion = null }, null);
        if (!verdict.IsValid || Convert.ToHexStringLower(proof.PreviousHash.Span) != previous || Convert.ToHexStringLower(proof.Event.Hash.Span) != log.Events[at].Hash)
            judgement.Problem($"Offset {log.Events[at].Offset} of {channel} does not follow on the event before: {verdict.Fault ?? "the hashes are others"}.");
    }

    private static async Task<ReadLog> ReadAsync(NodeProcess node, string channel)
    {
        var (epoch, events) = await LogPages.ReadAllAsync(channel, path => AskAsync(node, path, content => content.ReadFromJsonAsync<JsonElement>()));
        return new ReadLog(epoch, events.ConvertAll(Of));
    }

    /// <summary>A node that was just cut off may say for a moment that it cannot tell.</summary>
    private static async Task<T> AskAsync<T>(NodeProcess node, string path, Func<HttpContent, Task<T>> read)
    {
        using var pace = new PeriodicTimer(_betweenAttempts);
        for (var patience = Stopwatch.StartNew(); ;)
        {
            using var answer = await node.Http.GetAsync(new Uri(path, UriKind.Relative));
            if (answer.IsSuccessStatusCode)
                return await read(answer.Content);

            if ((int)answer.StatusCode < 500 || patience.Elapsed > _within)
                throw new InvalidOperationException($"{node.Name} is expected to answer {path}; {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()} came.");

            await pace.WaitForNextTickAsync();
        }
    }

    private static LoggedEvent Of(JsonElement body)
    {
        var data = body.GetProperty("data");
        return new LoggedEvent(body.GetProperty("offset").GetInt64(), data.GetProperty("p").GetString()!, data.GetProperty("n").GetInt32(), body.GetProperty("hash").GetString()!);
    }
}
