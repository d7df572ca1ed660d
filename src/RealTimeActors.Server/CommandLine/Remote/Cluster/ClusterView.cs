using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RealTimeActors.Server.CommandLine.Remote.Cluster;

/// <summary>How a cluster stands, for people.</summary>
/// <param name="cluster">What the node answered.</param>
internal sealed class ClusterView(JsonElement cluster)
{
    private static readonly string[] _nodeColumns = ["NODE", "LIFE", "ROLES", "LOAD", "CLIENTS", "BEHIND", "SHARDS", "HEAD", "LAG", "LINK", "SIGN OF LIFE", "ADDRESS"];
    private static readonly string[] _shardColumns = ["SHARD", "NODE", "EPOCH", "HEAD", "LAG", "CHANNELS", "SESSIONS", "WAITING", "STATE"];

    /// <summary>Once, as it can be cut and searched.</summary>
    internal void Print(bool ofShards)
    {
        if (IsAlone)
        {
            Console.WriteLine(Markup.Remove(Title()));
            return;
        }

        if (!ofShards)
            Console.WriteLine(Markup.Remove(Title()));

        var listing = new Listing(ofShards ? _shardColumns : _nodeColumns);
        foreach (var row in Rows(ofShards))
            listing.AddRow(row);

        listing.Print();
        if (!ofShards)
        {
            foreach (var line in ApartLines())
                Console.WriteLine(Markup.Remove(line));
        }
    }

    /// <summary>For the terminal, live.</summary>
    internal IRenderable Render(bool ofShards)
    {
        if (IsAlone)
            return new Markup(Title());

        var table = Cells.Table(ofShards ? _shardColumns : _nodeColumns);
        foreach (var row in Rows(ofShards))
            table.AddRow(row);

        return new Spectre.Console.Rows([new Markup(Title()), new Text(""), table, .. ofShards ? [] : ApartLines().Select(line => new Markup(line))]);
    }

    /// <summary>Those that take no part, and why: too long for a column.</summary>
    private IEnumerable<string> ApartLines() => cluster.GetProperty("nodes").EnumerateArray()
        .Where(node => WhyApart(node) is not null)
        .Select(node => $"[red]{Cells.Of(node, "node")} is apart[/]: {Markup.Escape(WhyApart(node)!)}.");

    /// <summary>A server of an older version does not say it.</summary>
    private static string? WhyApart(JsonElement node) => node.TryGetProperty("apart", out var apart) ? apart.GetString() : null;

    private bool IsAlone => cluster.GetProperty("alone").GetBoolean();

    private string Title()
    {
        if (IsAlone)
            return $"{Cells.Of(cluster, "node")} is alone: it is no part of a cluster (realtime.cluster.enabled).";

        var shards = cluster.GetProperty("shards").EnumerateArray().ToArray();
        var free = shards.Count(shard => shard.GetProperty("free").GetBoolean());
        var moving = shards.Count(shard => shard.GetProperty("moving").GetBoolean());
        var nodes = cluster.GetProperty("nodes").GetArrayLength();
        var state = free == 0 ? "[green]all owned[/]" : $"[red]{free} without an owner[/]";
        return $"{nodes} {(nodes == 1 ? "node" : "nodes")}, {shards.Length} shards, {state}{(moving > 0 ? $", {moving} moving" : "")} · view {Cells.Of(cluster, "view")} as [bold]{Cells.Of(cluster, "node")}[/] sees it";
    }

    private IEnumerable<string[]> Rows(bool ofShards) => ofShards
        ? cluster.GetProperty("shards").EnumerateArray().Select(ShardRow)
        : cluster.GetProperty("nodes").EnumerateArray().Select(NodeRow);

    private string[] NodeRow(JsonElement node)
    {
        var name = node.GetProperty("node").GetString();
        var isSelf = name == cluster.GetProperty("node").GetString();
        var roles = node.GetProperty("roles").EnumerateArray().Select(role => role.GetString() ?? "").ToArray();
        var (isCore, isEdge) = (roles.Contains("core"), roles.Contains("edge"));
        var silentIn = node.GetProperty("silentInMs").GetInt64();
        return
        [
            Cells.Of(node, "node"),
            $"#{Cells.Of(node, "incarnation")}",
            string.Join(",", roles.Select(Markup.Escape)),
            LoadOf(node),
            isEdge ? Cells.Of(node, "connections") : "–",
            isEdge ? Cells.Of(node, "behind") : "–",
            isCore ? Cells.Of(node, "shards") : "–",
            isCore ? SumOf(name, "head") : "–",
            isCore ? SumOf(name, "lag") : "–",
            isSelf ? "self" : node.GetProperty("linked").GetBoolean() ? "linked" : "[red]no link[/]",
            silentIn > 0 ? string.Create(CultureInfo.InvariantCulture, $"counts {silentIn / 1_000.0:0.0} s more") : "[red]silent[/]",
            Cells.Of(node, "address"),
        ];
    }

    private static string LoadOf(JsonElement node) =>
        WhyApart(node) is not null ? "[red]apart[/]"
        : node.GetProperty("draining").GetBoolean() ? "[yellow]drained[/]"
        : node.GetProperty("load") is { ValueKind: JsonValueKind.Number } load ? load.GetDouble().ToString("0%", CultureInfo.InvariantCulture)
        : "–";

    private static string[] ShardRow(JsonElement shard)
    {
        var isFree = shard.GetProperty("free").GetBoolean();
        var state = shard.GetProperty("moving").GetBoolean() ? "[yellow]moving[/]" : isFree ? "[red]free[/]" : "owned";
        return
        [
            Cells.Of(shard, "shard"), Cells.Of(shard, "node"), Cells.Of(shard, "epoch"), Cells.Of(shard, "head"), Cells.Of(shard, "lag"),
            Cells.Of(shard, "channels"), Cells.Of(shard, "sessions"), Cells.Of(shard, "waiting"), state,
        ];
    }

    /// <summary>Over the node's shards; a dash where none of them is counted.</summary>
    private string SumOf(string? node, string member)
    {
        var counted = cluster.GetProperty("shards").EnumerateArray()
            .Where(shard => shard.GetProperty("node").GetString() == node && !shard.GetProperty("free").GetBoolean())
            .Select(shard => shard.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : (long?)null)
            .OfType<long>()
            .ToArray();
        return counted.Length == 0 ? "–" : counted.Sum().ToString(CultureInfo.InvariantCulture);
    }
}
