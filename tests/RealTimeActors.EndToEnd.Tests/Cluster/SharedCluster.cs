using RealTimeActors.Hammer.Cluster.Nodes;
using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.EndToEnd.Tests.Cluster;

/// <summary>One cluster for all tests of faults: two core nodes and two edges. Each test makes it whole again.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    // Longer than it would be in earnest: a machine that has much else to do is not to take a node for dead that only waited.
    private static readonly TimeSpan _lease = TimeSpan.FromSeconds(4);
    private ClusterProcesses? _cluster;

    internal ClusterProcesses Cluster => _cluster ?? throw new InvalidOperationException("The cluster is expected to run; the fixture was not initialized.");

    public async Task InitializeAsync()
    {
        if (PrivatePostgreSql.WhyNot is null)
            _cluster = await ClusterProcesses.StartAsync(cores: 2, edges: 2, _lease);
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }
}
