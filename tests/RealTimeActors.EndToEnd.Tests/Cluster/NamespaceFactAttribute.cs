using RealTimeActors.Hammer.Cluster.Nodes;

namespace RealTimeActors.EndToEnd.Tests.Cluster;

/// <summary>A test that needs network namespaces, a disk of its own and PostgreSQL: counted as skipped, with the reason, where there can be none.</summary>
internal sealed class NamespaceFactAttribute : FactAttribute
{
    public NamespaceFactAttribute() => Skip = new ClusterShape { InNamespaces = true, HasDisk = true }.WhyNot;
}
