namespace RealTimeActors.EndToEnd.Tests.Cluster;

/// <summary>Faults of a cluster are looked at while nothing else runs: a node that gets no time is a fault of its own.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ClusterCollection : ICollectionFixture<SharedCluster>
{
    internal const string Name = "cluster";
}
