using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.TestKit.Cluster;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Time;

namespace RealTimeActors.Persistence.Tck.Cluster;

internal sealed class SimulatedMedium : IClusterMedium
{
    private readonly VirtualTime _time = new();

    internal SimulatedMedium() => Database = new SimulatedDatabase(new SeededEntropy(1), _time);

    internal SimulatedDatabase Database { get; }

    public (ILeaseStore Leases, IMembershipStore Members) Open(string node)
    {
        var access = Database.Open(node);
        return (access, access);
    }

    public void Pump()
    {
        while (_time.UntilNextTimer is { } next)
            _time.Advance(next);
    }

    public Task PassAsync(TimeSpan time)
    {
        Database.ClockOffset += time;
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
