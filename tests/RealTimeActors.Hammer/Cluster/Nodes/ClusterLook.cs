using System.Globalization;
using System.Text.Json;
using RealTimeActors.Sharding;

namespace RealTimeActors.Hammer.Cluster.Nodes;

/// <summary>How each node sees the cluster, in a few lines: for whoever has to find out afterwards, from what a run has printed, why nobody could publish.</summary>
internal static class ClusterLook
{
    private static readonly TimeSpan _within = TimeSpan.FromSeconds(5);

    /// <summary>Asks all of them at once.</summary>
    /// <param name="nodes">Whom.</param>
    /// <param name="channels">Whose shards are named one by one.</param>
    internal static async Task<string> OfAsync(IEnumerable<NodeProcess> nodes, IReadOnlyCollection<string> channels) =>
        string.Join('\n', await Task.WhenAll(nodes.Select(node => OfAsync(node, channels))));

    /// <summary>Those of the channels whose shard a node has, as it says itself.</summary>
    internal static async Task<IReadOnlyList<string>> ChannelsOfAsync(NodeProcess node, IEnumerable<string> channels, CancellationToken late)
    {
        var standing = JsonDocument.Parse(await node.Http.GetStringAsync(new Uri("v1/cluster", UriKind.Relative), late)).RootElement;
        var shards = standing.GetProperty("shards").EnumerateArray().ToList();
        return [.. channels.Where(channel => shards[ShardMap.ShardOf(channel, shards.Count)] is var shard
            && shard.GetProperty("node").GetString() == node.Name && !shard.GetProperty("free").GetBoolean() && !shard.GetProperty("moving").GetBoolean())];
    }

    private static async Task<string> OfAsync(NodeProcess node, IReadOnlyCollection<string> channels)
    {
        if (!node.IsRunning)
            return $"  {node.Name} does not run.";

        using var late = new CancellationTokenSource(_within);
        try
        {
            using var answer = await node.Http.GetAsync(new Uri("v1/cluster", UriKind.Relative), late.Token);
            var body = await answer.Content.ReadAsStringAsync(late.Token);
            return answer.IsSuccessStatusCode ? $"  {Tell(JsonDocument.Parse(body).RootElement, channels)}" : $"  {node.Name} runs; asked for the cluster it says {(int)answer.StatusCode} {body}";
        }
        catch (Exception silent) when (silent is HttpRequestException or OperationCanceledException or JsonException)
        {
            return $"  {node.Name} runs; asked for the cluster it does not answer: {silent.Message}";
        }
    }

    private static string Tell(JsonElement standing, IReadOnlyCollection<string> channels)
    {
        var shards = standing.GetProperty("shards").EnumerateArray().ToList();
        var named = channels.Select(channel => $"{channel} is of shard {Tell(shards[ShardMap.ShardOf(channel, shards.Count)])}");
        var held = shards.GroupBy(shard => $"{shard.GetProperty("node")}").OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{(group.Key.Length > 0 ? group.Key : "nobody known")} {group.Count()}"));
        var unsettled = shards.Where(shard => shard.GetProperty("free").GetBoolean() || shard.GetProperty("moving").GetBoolean()).Select(Tell).ToList();
        return $"{standing.GetProperty("node")}#{standing.GetProperty("incarnation")} sees view {standing.GetProperty("view")}: {string.Join("; ", standing.GetProperty("nodes").EnumerateArray().Select(TellNode))}. "
            + $"Shards: {string.Join(", ", held)}{(unsettled.Count > 0 ? $", of these {string.Join(", ", unsettled)}" : "")}. {string.Join("; ", named)}.";
    }

    private static string TellNode(JsonElement node) =>
        $"{node.GetProperty("node")}#{node.GetProperty("incarnation")}{(node.GetProperty("linked").ValueKind == JsonValueKind.False ? " NOT LINKED" : "")} load {node.GetProperty("load")}, silent in {node.GetProperty("silentInMs")} ms";

    private static string Tell(JsonElement shard) =>
        $"{shard.GetProperty("shard")} ({shard.GetProperty("node")}, epoch {shard.GetProperty("epoch")}{(shard.GetProperty("free").GetBoolean() ? ", free" : "")}{(shard.GetProperty("moving").GetBoolean() ? ", moving" : "")})";
}
