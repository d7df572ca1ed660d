namespace RealTimeActors.Benchmarks.Cluster;

/// <summary>Which nodes have a share of a processor each, so that one more of them brings more.</summary>
internal enum LimitedNodes
{
    None,

    /// <summary>All that have shards.</summary>
    Owners,

    Edges,
}
