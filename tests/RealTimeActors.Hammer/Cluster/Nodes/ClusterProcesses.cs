using System.Security.Cryptography;
using RealTimeActors.Hammer.Cluster.Disks;
using RealTimeActors.Hammer.Cluster.Wires;
using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.Hammer.Cluster.Nodes;

/// <summary>A private PostgreSQL and the nodes that stand on it, core and edge, each a process; and the lines between them all, which can be cut. Disposing ends everything and leaves nothing.</summary>
internal sealed class ClusterProcesses : IAsyncDisposable
{
    // Room for half an hour; only what is written takes any.
    private const int DiskMebibytes = 4_096;
    private readonly string _directory = Directory.CreateTempSubdirectory("realtime-cluster-").FullName;
    private readonly List<NodeProcess> _nodes = [];
    private readonly string _tokenSecret = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
    private readonly ClusterShape _shape;
    private PrivatePostgreSql? _database;
    private bool _isDisposed;

    private ClusterProcesses(ClusterShape shape, IWires wires, LoopDisk? disk)
    {
        _shape = shape;
        Wires = wires;
        Disk = disk;
        Token = LoadToken.Issue(_tokenSecret);
    }

    internal PrivatePostgreSql Database => _database ?? throw new InvalidOperationException("The cluster's database was not started.");

    internal IWires Wires { get; }

    /// <summary>What the database is on; null: on the machine's disk.</summary>
    internal LoopDisk? Disk { get; }

    internal TimeSpan Lease => _shape.Lease;

    /// <summary>What everybody who asks the nodes shows them.</summary>
    internal string Token { get; }

    internal IReadOnlyList<NodeProcess> Nodes => _nodes;

    internal IReadOnlyList<NodeProcess> Cores => [.. _nodes.Where(node => node.Roles.Contains("core"))];

    internal IReadOnlyList<NodeProcess> Edges => [.. _nodes.Where(node => node.Roles.Contains("edge"))];

    internal static async Task<ClusterProcesses> StartAsync(ClusterShape shape)
    {
        IWires wires = shape.InNamespaces ? NamespaceWires.Make() : new ProxyWires();
        var cluster = new ClusterProcesses(shape, wires, shape.HasDisk ? LoopDisk.Make(DiskMebibytes) : null);
        try
        {
            await cluster.StartDatabaseAsync();
            cluster.Add();

            // The first makes the tables.
            await cluster._nodes[0].StartAsync();
            await Task.WhenAll(cluster._nodes.Skip(1).Select(node => node.StartAsync()));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens all lines, wakes who was stopped, starts who has ended, and waits until all are ready.</summary>
    /// <returns>The nodes that had ended.</returns>
    internal async Task<IReadOnlyList<NodeProcess>> RestoreAsync()
    {
        await Wires.OpenAllAsync();
        var ended = new List<NodeProcess>();
        foreach (var node in _nodes)
        {
            if (node.IsRunning)
                await node.SignalAsync("CONT");
        }

        await Task.WhenAll(_nodes.Select(BringUpAsync));
        return ended;

        async Task BringUpAsync(NodeProcess node)
        {
            try
            {
                if (node.IsRunning)
                    await node.BecomesReadyAsync();
            }
            catch (InvalidOperationException) when (!node.IsRunning)
            {
                // It was on its way to its end.
            }

            if (node.IsRunning)
                return;

            lock (ended)
                ended.Add(node);
            await node.StartAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Who ends it before its time does so beside its owner.
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;

        foreach (var node in _nodes)
            await node.DisposeAsync();

        if (_database is not null)
            await _database.DisposeAsync();

        await Wires.DisposeAsync();
        Disk?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task StartDatabaseAsync()
    {
        var place = new PostgreSqlPlace { DataFolder = Disk?.Path, Address = Wires.DatabaseAddress, Clients = Wires.DatabaseClients };

        // A small disk is full soon where the log may not grow.
        string[] settings = Disk is null ? [] : ["min_wal_size=4MB", "max_wal_size=16MB"];
        _database = await PrivatePostgreSql.StartNewAsync(place, settings);
    }

    private void Add()
    {
        if (Wires is ProxyWires proxies)
            proxies.Processes = () => _nodes.Where(node => node.Id is not null).ToDictionary(node => node.Id!.Value, node => node.Name);

        var secret = Path.Combine(_directory, "secret");
        File.WriteAllText(secret, Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
        string[] settings =
        [
            $"realtime.cluster.secret-file=\"{secret}\"", FormattableString.Invariant($"realtime.cluster.lease={Lease.TotalMilliseconds}ms"),
            "realtime.auth.mode=jwt", $"realtime.auth.jwt.hs256-secret={_tokenSecret}",
            "realtime.journal.postgresql.writers=2", "realtime.journal.postgresql.readers=2", "realtime.machine-figures.enabled=false",
            "realtime.session.heartbeat=1s", "realtime.session.reconnect.min=50ms", "realtime.session.reconnect.max=500ms", "realtime.drain.within=3s", "realtime.drain.spread=500ms",
            .. _shape.Settings,
        ];
        foreach (var (name, roles) in _shape.Nodes())
            _nodes.Add(new NodeProcess(name, roles, _directory, Wires.Add(name, Database.Port), Token, settings));
    }
}
