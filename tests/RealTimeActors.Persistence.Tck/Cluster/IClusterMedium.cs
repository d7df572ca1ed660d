using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;

namespace RealTimeActors.Persistence.Tck.Cluster;

/// <summary>A database under test, as the nodes of a cluster share it.</summary>
public interface IClusterMedium : IAsyncDisposable
{
    /// <summary>The doors of one node.</summary>
    (ILeaseStore Leases, IMembershipStore Members) Open(string node);

    /// <summary>Lets everything that is under way come to an end, where that needs a hand.</summary>
    void Pump();

    /// <summary>Lets time pass on the database's clock, and on nobody else's.</summary>
    Task PassAsync(TimeSpan time);
}
