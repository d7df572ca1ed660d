using RealTimeActors.EndToEnd.Tests.Kills;

namespace RealTimeActors.EndToEnd.Tests.Topology;

/// <summary>One topology for tests that leave it as it was.</summary>
public sealed class SharedTopology : IAsyncLifetime
{
    private RunningTopology? _topology;

    internal RunningTopology Running => _topology ?? throw new InvalidOperationException("The topology is expected to run; the fixture was not initialized.");

    public async Task InitializeAsync()
    {
        if (new PostgreSqlFactAttribute().Skip is null)
            _topology = await RunningTopology.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_topology is not null)
            await _topology.DisposeAsync();
    }
}
