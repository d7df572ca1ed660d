using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RealTimeActors.Server.CommandLine.Remote.Cluster;

/// <summary><c>realtime cluster</c>: nodes and shards as any node sees them, live if wanted; moves a shard, drains a node or takes that back, and waits until it is done.</summary>
internal sealed class ClusterCommand
{
    private static readonly TimeSpan _lookAgain = TimeSpan.FromMilliseconds(100);

    private readonly RemoteOptions _remote = new();
    private readonly Option<bool> _watch = new("--watch") { Description = "Go on looking, live. With --json, or where nobody looks at it directly, one look after the other is printed." };
    private readonly Option<double> _every = Watching.Every();
    private readonly Option<double> _within = new("--within") { Description = "Seconds to wait until it is done; 0: not at all.", DefaultValueFactory = _ => 60 };
    private readonly Argument<int> _shard = new("SHARD") { Description = "Its number, from 0 on." };
    private readonly Argument<string> _to = new("NODE") { Description = "The node that should have it." };
    private readonly Argument<string> _node = new("NODE") { Description = "The node that everything should leave." };
    private readonly Argument<string> _drained = new("NODE") { Description = "The node that was drained." };

    internal static Command Create() => new ClusterCommand().Build();

    private Command Build()
    {
        var shards = new Command("shards", "Lists the shards: who has each, since which epoch, how far its logs are, what waits, and which nobody has.") { _watch, _every };
        _remote.AddTo(shards);
        shards.SetAction((parsed, cancellationToken) => Running.RunAsync(() => ShowAsync(parsed, ofShards: true, cancellationToken)));

        var move = new Command("move", "Moves a shard to a node, where it stays until it is moved again or the node ends.") { _shard, _to, _within };
        _remote.AddTo(move);
        move.SetAction((parsed, cancellationToken) => Running.RunAsync(() => MoveAsync(parsed, cancellationToken)));

        var drain = new Command("drain", "Has a node hand over its shards and send its clients away, as before it is stopped. Until it is started again, or undrained, it takes neither.") { _node, _within };
        _remote.AddTo(drain);
        drain.SetAction((parsed, cancellationToken) => Running.RunAsync(() => DrainAsync(parsed, cancellationToken)));

        var undrain = new Command("undrain", "Has a node that was drained take again what its roles are for, shards or clients or both, without a restart.") { _drained, _within };
        _remote.AddTo(undrain);
        undrain.SetAction((parsed, cancellationToken) => Running.RunAsync(() => UndrainAsync(parsed, cancellationToken)));

        var command = new Command("cluster", "Shows the nodes of a cluster, and how they share the shards.") { shards, move, drain, undrain };
        command.Add(_watch);
        command.Add(_every);
        _remote.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Running.RunAsync(() => ShowAsync(parsed, ofShards: false, cancellationToken)));
        return command;
    }

    private async Task<int> ShowAsync(ParseResult parsed, bool ofShards, CancellationToken cancellationToken)
    {
        using var server = _remote.Server(parsed);
        if (parsed.GetValue(_watch) && !Console.IsOutputRedirected && !_remote.IsJson(parsed) && AnsiConsole.Profile.Capabilities is { Ansi: true, Interactive: true })
        {
            await AnsiConsole.Live(new Text("")).StartAsync(async live =>
            {
                IRenderable newest = new Text("");
                await Watching.UntilEnoughAsync(
                    parsed.GetValue(_every),
                    async () =>
                    {
                        live.UpdateTarget(newest = (await LookAsync(server, cancellationToken)).Render(ofShards));
                        return true;
                    },
                    trouble => live.UpdateTarget(new Rows(newest, new Text(trouble))),
                    cancellationToken);
            });
            return Exit.Done;
        }

        await Watching.UntilEnoughAsync(
            parsed.GetValue(_every),
            async () =>
            {
                await PrintAsync(parsed, server, ofShards, cancellationToken);
                return parsed.GetValue(_watch);
            },
            Console.Error.WriteLine,
            cancellationToken);
        return Exit.Done;
    }

    private async Task PrintAsync(ParseResult parsed, RemoteServer server, bool ofShards, CancellationToken cancellationToken)
    {
        if (_remote.IsJson(parsed))
            Console.WriteLine((await server.GetAsync("/v1/cluster", cancellationToken)).GetRawText());
        else
            (await LookAsync(server, cancellationToken)).Print(ofShards);
    }

    private static async Task<ClusterView> LookAsync(RemoteServer server, CancellationToken cancellationToken) =>
        new(await server.GetAsync("/v1/cluster", cancellationToken));

    private async Task<int> MoveAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (shard, to) = (parsed.GetValue(_shard), parsed.GetValue(_to)!);
        var within = WithinOf(parsed);
        using var server = _remote.Server(parsed);
        using var body = JsonContent.Create(new JsonObject { ["to"] = to });
        var began = Stopwatch.GetTimestamp();
        await server.PostAsync($"/v1/cluster/shards/{shard.ToString(CultureInfo.InvariantCulture)}/move", body, headers: null, cancellationToken);
        return await UntilAsync(
            parsed, server, began, within,
            cluster => OwnerOf(cluster, shard) == to,
            _ => $"Shard {shard} is on {to}.",
            cluster => $"Shard {shard} is on {OwnerOf(cluster, shard) ?? "no node"} still: the move was called off, or takes longer. Look with `realtime cluster shards`, and ask again.",
            cancellationToken);
    }

    private async Task<int> DrainAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var node = parsed.GetValue(_node)!;
        var within = WithinOf(parsed);
        using var server = _remote.Server(parsed);
        var began = Stopwatch.GetTimestamp();
        await server.PostAsync($"/v1/cluster/nodes/{Segment.Of(_node.Name, node)}/drain", body: null, headers: null, cancellationToken);
        return await UntilAsync(
            parsed, server, began, within,
            cluster => ShardsOf(cluster, node) == 0 && ConnectionsOf(cluster, node) == 0,
            _ => $"{node} has no shards and no clients any more: it can be stopped.",
            cluster => $"{node} has {ShardsOf(cluster, node)} shards and {ConnectionsOf(cluster, node)} clients still. It goes on: look with `realtime cluster --watch`.",
            cancellationToken);
    }

    private async Task<int> UndrainAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var node = parsed.GetValue(_drained)!;
        var within = WithinOf(parsed);
        using var server = _remote.Server(parsed);
        var began = Stopwatch.GetTimestamp();
        await server.PostAsync($"/v1/cluster/nodes/{Segment.Of(_drained.Name, node)}/undrain", body: null, headers: null, cancellationToken);
        return await UntilAsync(
            parsed, server, began, within,
            cluster => !IsDraining(cluster, node),
            cluster => RolesOf(cluster, node) switch
            {
                ["core"] => $"{node} takes shards again; what is its own comes back little by little.",
                ["edge"] => $"{node} takes clients again.",
                _ => $"{node} takes shards and clients again; what is its own comes back little by little.",
            },
            _ => $"{node} is drained still. Look with `realtime cluster`, and ask again.",
            cancellationToken);
    }

    /// <summary>Before anything is ordered: an order is not taken back because somebody mistyped how long to wait for it.</summary>
    private TimeSpan WithinOf(ParseResult parsed) => parsed.GetValue(_within) is >= 0 and <= 86_400 and var seconds
        ? TimeSpan.FromSeconds(seconds)
        : throw new CommandException($"--within: seconds from 0 to 86400 are expected; {parsed.GetValue(_within)} came.");

    /// <summary>Looks until it is so; the order alone is no answer to who asks for it by hand.</summary>
    private async Task<int> UntilAsync(
        ParseResult parsed, RemoteServer server, long began, TimeSpan within, Func<JsonElement, bool> isSo, Func<JsonElement, string> done, Func<JsonElement, string> notYet, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_lookAgain);
        JsonElement cluster;
        while (!isSo(cluster = await server.GetAsync("/v1/cluster", cancellationToken)))
        {
            if (Stopwatch.GetElapsedTime(began) >= within)
            {
                if (_remote.IsJson(parsed))
                    Console.WriteLine(JsonSerializer.Serialize(new { done = false }));
                else
                    Console.WriteLine(within == TimeSpan.Zero ? "Ordered." : notYet(cluster));

                return within == TimeSpan.Zero ? Exit.Done : Exit.No;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }

        Console.WriteLine(_remote.IsJson(parsed)
            ? JsonSerializer.Serialize(new { done = true, ms = (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds })
            : done(cluster));
        return Exit.Done;
    }

    private static string? OwnerOf(JsonElement cluster, int shard)
    {
        foreach (var item in cluster.GetProperty("shards").EnumerateArray())
        {
            if (item.GetProperty("shard").GetInt32() == shard && !item.GetProperty("free").GetBoolean())
                return item.GetProperty("node").GetString();
        }

        return null;
    }

    private static bool IsDraining(JsonElement cluster, string node) =>
        cluster.GetProperty("nodes").EnumerateArray().Any(member => member.GetProperty("node").GetString() == node && member.GetProperty("draining").GetBoolean());

    private static string?[] RolesOf(JsonElement cluster, string node) =>
        [.. cluster.GetProperty("nodes").EnumerateArray().Where(member => member.GetProperty("node").GetString() == node).SelectMany(member => member.GetProperty("roles").EnumerateArray()).Select(role => role.GetString())];

    /// <summary>Where the node is silent nobody knows of any.</summary>
    private static long ConnectionsOf(JsonElement cluster, string node) => cluster.GetProperty("nodes").EnumerateArray()
        .Where(member => member.GetProperty("node").GetString() == node && member.GetProperty("connections").ValueKind == JsonValueKind.Number)
        .Sum(member => member.GetProperty("connections").GetInt64());

    private static int ShardsOf(JsonElement cluster, string node) =>
        cluster.GetProperty("shards").EnumerateArray().Count(shard => shard.GetProperty("node").GetString() == node && !shard.GetProperty("free").GetBoolean());
}
