using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RealTimeActors.Server.CommandLine.Remote.Cluster;

/// <summary>How a cluster stands, for people.</summary>
/// <param name="cluster">What the node answered.</param>
/// <param name="lag">By how many events the followers on that node are behind; null: not known.</param>
internal sealed class ClusterView(JsonElement cluster, long? lag)
{
    private static readonly string[] _nodeColumns = ["NODE", "LIFE", "ROLES", "LOAD", "SHARDS", "LINK", "SIGN OF LIFE", "LAG", "ADDRESS"];
    private static readonly string[] _shardColumns = ["SHARD", "NODE", "EPOCH", "STATE"];

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
    }

    /// <summary>For the terminal, live.</summary>
    internal IRenderable Render(bool ofShards)
    {
        if (IsAlone)
            return new Markup(Title());

        var table = Cells.Table(ofShards ? _shardColumns : _nodeColumns);
        foreach (var row in Rows(ofShards))
            table.AddRow(row);

        return new Spectre.Console.Rows(new Markup(Title()), new Text(""), table);
    }

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
        var isSelf = node.GetProperty("node").GetString() == cluster.GetProperty("node").GetString();
        var silentIn = node.GetProperty("silentInMs").GetInt64();
        return
        [
            Cells.Of(node, "node"),
            $"#{Cells.Of(node, "incarnation")}",
            string.Join(",", node.GetProperty("roles").EnumerateArray().Select(role => Markup.Escape(role.GetString() ?? ""))),
            node.GetProperty("draining").GetBoolean() ? "[yellow]drained[/]" : node.GetProperty("load").GetDouble().ToString("0%", CultureInfo.InvariantCulture),
            Cells.Of(node, "shards"),
            isSelf ? "self" : node.GetProperty("linked").GetBoolean() ? "linked" : "[red]no link[/]",
            silentIn > 0 ? string.Create(CultureInfo.InvariantCulture, $"counts {silentIn / 1_000.0:0.0} s more") : "[red]silent[/]",
            isSelf && lag is { } behind ? behind.ToString(CultureInfo.InvariantCulture) : "–",
            Cells.Of(node, "address"),
        ];
    }

    private static string[] ShardRow(JsonElement shard)
    {
        var isFree = shard.GetProperty("free").GetBoolean();
        var state = shard.GetProperty("moving").GetBoolean() ? "[yellow]moving[/]" : isFree ? "[red]free[/]" : "owned";
        return [Cells.Of(shard, "shard"), Cells.Of(shard, "node"), Cells.Of(shard, "epoch"), state];
    }
}
