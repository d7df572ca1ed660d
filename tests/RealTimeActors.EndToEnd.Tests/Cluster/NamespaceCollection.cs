namespace RealTimeActors.EndToEnd.Tests.Cluster;

/// <summary>Faults between namespaces are looked at while nothing else runs, as those of the <see cref="ClusterCollection"/>, and without its nodes.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class NamespaceCollection
{
    internal const string Name = "namespaces";
}
