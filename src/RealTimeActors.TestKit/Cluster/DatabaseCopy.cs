using RealTimeActors.Persistence.Leases.Memory;
using RealTimeActors.TestKit.Journals;

namespace RealTimeActors.TestKit.Cluster;

/// <summary>What the database held at one moment, journals, leases, fences and nodes: a backup.</summary>
public sealed class DatabaseCopy
{
    internal DatabaseCopy(DiskCopy disk, MemoryCluster cluster) => (Disk, Cluster) = (disk, cluster);

    internal DiskCopy Disk { get; }

    internal MemoryCluster Cluster { get; }
}
