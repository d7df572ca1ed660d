using System.Security.Cryptography;
using RealTimeActors.Hammer.Cluster.Wires;
using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.Hammer.Cluster.Nodes;

/// <summary>A private PostgreSQL and the nodes that stand on it, core and edge, each a process; and the lines between them all, which can be cut. Disposing ends everything and leaves nothing.</summary>
internal sealed class ClusterProcesses : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("realtime-cluster-").FullName;
    private readonly List<NodeProcess> _nodes = [];

    private ClusterProcesses(PrivatePostgreSql database, TimeSpan lease)
    {
        Database = database;
        Lease = lease;
    }

    internal PrivatePostgreSql Database { get; }

    internal Gates Gates { get; } = new();

    internal TimeSpan Lease { get; }

    internal IReadOnlyList<NodeProcess> Nodes => _nodes;

    internal IReadOnlyList<NodeProcess> Cores => [.. _nodes.Where(node => node.Role == "core")];

    internal IReadOnlyList<NodeProcess> Edges => [.. _nodes.Where(node => node.Role == "edge")];

    internal static async Task<ClusterProcesses> StartAsync(int cores, int edges, TimeSpan lease)
    {
        var cluster = new ClusterProcesses(await PrivatePostgreSql.StartNewAsync(), lease);
        try
        {
            cluster.Add(cores, edges);

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
        Gates.OpenAll();
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
        Gates.OpenAll();
        foreach (var node in _nodes)
            await node.DisposeAsync();

        await Database.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private void Add(int cores, int edges)
    {
        var secret = Path.Combine(_directory, "secret");
        File.WriteAllText(secret, Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
        string[] settings =
        [
            $"realtime.cluster.secret-file=\"{secret}\"", FormattableString.Invariant($"realtime.cluster.lease={Lease.TotalMilliseconds}ms"),
            "realtime.journal.postgresql.writers=2", "realtime.journal.postgresql.readers=2", "realtime.machine-figures.enabled=false",
            "realtime.session.heartbeat=1s", "realtime.session.reconnect.min=50ms", "realtime.session.reconnect.max=500ms", "realtime.drain.within=3s", "realtime.drain.spread=500ms",
        ];
        foreach (var (role, number) in Enumerable.Range(1, cores).Select(number => ("core", number)).Concat(Enumerable.Range(1, edges).Select(number => ("edge", number))))
            _nodes.Add(new NodeProcess($"{role}-{number}", role, _directory, Gates, Database.Port, CallerAt, settings));
    }

    private string? CallerAt(int port, int listeningPort)
    {
        var running = _nodes.Where(node => node.Id is not null).ToDictionary(node => node.Id!.Value);
        return Callers.ProcessAt(port, listeningPort, running.Keys) is { } process ? running[process].Name : null;
    }
}
