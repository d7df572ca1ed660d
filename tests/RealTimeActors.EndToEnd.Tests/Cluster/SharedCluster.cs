using RealTimeActors.Hammer.Cluster.Nodes;
using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.EndToEnd.Tests.Cluster;

/// <summary>One cluster for all tests of faults: two core nodes and two edges. Each test makes it whole again.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    // Nothing else of these tests runs meanwhile; a node that is taken for dead because it only waited is started again, and noted.
    private static readonly TimeSpan _lease = TimeSpan.FromSeconds(3);
    private ClusterProcesses? _cluster;

    internal ClusterProcesses Cluster => _cluster ?? throw new InvalidOperationException("The cluster is expected to run; the fixture was not initialized.");

    public async Task InitializeAsync()
    {
        if (PrivatePostgreSql.WhyNot is null)
            _cluster = await ClusterProcesses.StartAsync(new ClusterShape { Lease = _lease });
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }
}
