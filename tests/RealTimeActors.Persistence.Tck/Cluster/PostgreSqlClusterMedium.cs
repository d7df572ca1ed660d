using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Persistence.PostgreSql;
using RealTimeActors.Persistence.Tck.PostgreSql;
using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.Persistence.Tck.Cluster;

/// <summary>A schema of its own; each node has its own connections to it.</summary>
internal sealed class PostgreSqlClusterMedium(PrivatePostgreSql server) : IClusterMedium
{
    private readonly Dictionary<string, PostgreSqlStore> _stores = [];

    internal string Schema { get; } = PostgreSqlServer.NewSchema();

    public (ILeaseStore Leases, IMembershipStore Members) Open(string node)
    {
        var store = OpenStore(node);
        return (store.Leases, store.Members);
    }

    public void Pump() { }

    /// <summary>What ends at a time ends sooner by as much: to the database that is the same.</summary>
    public Task PassAsync(TimeSpan time)
    {
        var interval = $"interval '{(long)time.TotalMilliseconds} milliseconds'";
        return server.ExecuteAsync($"UPDATE {Schema}.leases SET until = until - {interval}; UPDATE {Schema}.members SET until = until - {interval}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores.Values)
            await store.DisposeAsync();
    }

    internal PostgreSqlStore OpenStore(string node)
    {
        if (!_stores.TryGetValue(node, out var store))
        {
            var options = new PostgreSqlOptions { ConnectionString = server.ConnectionString, Schema = Schema, Node = node, Writers = 2, Readers = 1 };
            _stores.Add(node, store = Task.Run(() => PostgreSqlStore.OpenAsync(options)).GetAwaiter().GetResult());
        }

        return store;
    }
}
