using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Peers;
using RealTimeActors.Benchmarks.Workloads;
using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.Benchmarks.Cluster;

/// <summary>A private PostgreSQL and the nodes that stand on it, each the built server as a process; gone without a trace afterwards.</summary>
internal sealed class ClusterUnderLoad : IAsyncDisposable
{
    private const int Shards = 64;
    private const string Owners =
        "SELECT coalesce(string_agg(n::text, '/' ORDER BY node), '') FROM (SELECT node, count(*) AS n FROM realtime.leases WHERE shard >= 0 AND until > clock_timestamp() GROUP BY node) AS owners";

    private static readonly TimeSpan _placedWithin = TimeSpan.FromSeconds(60);
    private static Task<ClusterUnderLoad>? _latest;

    private readonly List<ServerProcess> _edges = [];
    private readonly List<ServerProcess> _owners = [];
    private readonly List<int> _links = [];
    private readonly List<ProcessorShare> _shares = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly string _folder;
    private readonly PrivatePostgreSql _database;
    private int _isDisposed;

    private ClusterUnderLoad(string folder, PrivatePostgreSql database)
    {
        _folder = folder;
        _database = database;
    }

    /// <summary>The ports that clients connect to.</summary>
    internal IReadOnlyList<int> Entrances => [.. (_edges.Count > 0 ? _edges : _owners).Select(node => node.Port)];

    /// <summary>How many shards each owner had when the load began.</summary>
    internal string Placed { get; private set; } = "";

    internal double EdgeBytes => _edges.Sum(node => node.ProportionalBytes);

    internal double OwnerBytes => _owners.Sum(node => node.ProportionalBytes);

    /// <summary>Starts all of it, and waits until every shard has an owner and no more of them move.</summary>
    internal static Task<ClusterUnderLoad> Start(ClusterWork work, Topology topology, ClusterOptions options) => _latest = StartNew(work, topology, options);

    /// <summary>Ends the cluster that was started last, also while it is being started: for Ctrl+C.</summary>
    internal static async Task EndLatest()
    {
        try
        {
            if (_latest is { } latest) await (await latest).DisposeAsync();
        }
        catch (Exception failure) when (failure is BenchmarkFailure or InvalidOperationException or IOException)
        {
            // It did not start, and has ended what there was of it.
        }
    }

    /// <summary>From now on each of these nodes has a share of a processor.</summary>
    internal void Limit(LimitedNodes nodes, double share)
    {
        if (share == 0) return;
        foreach (var node in nodes switch { LimitedNodes.Owners => _owners, LimitedNodes.Edges => _edges, _ => [] })
        {
            _shares.Add(new ProcessorShare(share));
            node.LimitTo(_shares[^1]);
        }
    }

    /// <summary>What everything has used so far. Bytes come first and processors last, so that what it takes to ask is the same on both ends of a stretch of time.</summary>
    internal async Task<Spent> SpentSoFar()
    {
        var commits = 0.0;
        foreach (var owner in _owners) commits += Exposition.Sum(await _http.GetStringAsync(new Uri($"http://127.0.0.1:{owner.Port}/metrics")), "realtime_journal_commit_duration_seconds_count");
        var spent = new Spent
        {
            LinkBytes = SocketTraffic.Of(_links).Both,
            DatabaseBytes = SocketTraffic.Of([_database.Port]).Both,
            ClientBytes = SocketTraffic.Of(Entrances).Sent,
            WalBytes = await _database.ScalarAsync<long>("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint"),
            Commits = commits,
        };
        return spent with
        {
            Edge = _edges.Sum(node => node.Usage.CpuSeconds),
            Core = _owners.Sum(node => node.Usage.CpuSeconds),
            Database = ProcessUsage.Of(_database.ProcessId ?? throw new BenchmarkFailure("PostgreSQL has ended")).CpuSeconds,
            Load = ProcessUsage.OfThisOne().CpuSeconds,
            Machine = ProcessUsage.OfMachine(),
        };
    }

    internal string LastOutput() => string.Concat(_owners.Concat(_edges).Select(node => node.LastOutput()));

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1) return ValueTask.CompletedTask;
        foreach (var node in _edges.Concat(_owners)) node.Dispose();
        foreach (var share in _shares) share.Dispose();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
        return _database.DisposeAsync();
    }

    private static async Task<ClusterUnderLoad> StartNew(ClusterWork work, Topology topology, ClusterOptions options)
    {
        var database = await PrivatePostgreSql.StartNewAsync("shared_buffers=256MB", "max_wal_size=4GB");
        var cluster = new ClusterUnderLoad(ServerProcess.NewFolder(options.DataParent), database);
        try
        {
            await cluster.StartNodes(work, topology, options);
            await cluster.UntilPlaced(topology.Owners);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private async Task StartNodes(ClusterWork work, Topology topology, ClusterOptions options)
    {
        var secret = Path.Combine(_folder, "secret");
        await File.WriteAllTextAsync(secret, Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
        var durability = work.Durability == Durability.Ephemeral ? "ephemeral" : "durable";
        string[] common =
        [
            "realtime.cluster.enabled=true", $"realtime.cluster.secret-file=\"{secret}\"", "realtime.journal.provider=postgresql", "realtime.machine-figures.enabled=false", "realtime.log.level=information",
            $"realtime.journal.postgresql.connection-string=\"{_database.TcpConnectionString}\"", $$"""realtime.channels=[{"pattern":"bench.>","durability":"{{durability}}"}]""", .. options.NodeSettings,
        ];
        for (var number = 1; number <= topology.Cores; number++) _owners.Add(StartNode($"core-{number}", "core", common, options));
        for (var number = 1; number <= topology.Whole; number++) _owners.Add(StartNode($"node-{number}", "core,edge", common, options));
        for (var number = 1; number <= topology.Edges; number++) _edges.Add(StartNode($"edge-{number}", "edge", common, options));
        await Task.WhenAll(_owners.Concat(_edges).Select(node => node.Ready("/readyz")));
    }

    private ServerProcess StartNode(string name, string roles, IEnumerable<string> common, ClusterOptions options)
    {
        var folder = ServerProcess.NewFolder(options.DataParent);
        var (http, link) = (FreePorts.Next(), FreePorts.Next());
        _links.Add(link);
        string[] settings = [$"realtime.node={name}", $"realtime.roles=[{roles}]", $"realtime.http.port={http}", $"realtime.cluster.port={link}", $"realtime.data-directory={Path.Combine(folder, "data")}", .. common];
        return ServerProcess.Start(new CpuSet(""), folder, http, "dotnet", [Repository.ServerAssembly, "serve", .. settings.SelectMany(setting => new[] { "--set", setting })]);
    }

    // Placed is when nothing has changed for two seconds: nodes that come later are given theirs one after the other.
    private async Task UntilPlaced(int owners)
    {
        var begin = Stopwatch.GetTimestamp();
        for (var unchanged = 0; unchanged < 10;)
        {
            if (Stopwatch.GetElapsedTime(begin) > _placedWithin)
                throw new BenchmarkFailure($"{Shards} shards were not placed on {owners} node(s) within {_placedWithin.TotalSeconds:0} s (they were {Placed}){LastOutput()}");
            await Task.Delay(200);
            var now = await _database.ScalarAsync<string>(Owners);
            unchanged = now == Placed && ArePlaced(now, owners) ? unchanged + 1 : 0;
            Placed = now;
        }
    }

    /// <summary>Whether every shard has an owner, and every owner at least half of an equal part.</summary>
    internal static bool ArePlaced(string counts, int owners)
    {
        var each = counts.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(count => int.Parse(count, CultureInfo.InvariantCulture)).ToList();
        return each.Count == owners && each.Sum() == Shards && each.Min() * owners * 2 >= Shards;
    }
}
