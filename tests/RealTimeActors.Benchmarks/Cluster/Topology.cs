namespace RealTimeActors.Benchmarks.Cluster;

/// <summary>Which nodes there are, on one PostgreSQL.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Cores">Nodes with channels and sessions only.</param>
/// <param name="Edges">Nodes with clients only.</param>
/// <param name="Whole">Nodes with both.</param>
internal sealed record Topology(string Name, int Cores = 0, int Edges = 0, int Whole = 0)
{
    /// <summary>Nodes that have shards.</summary>
    internal int Owners => Cores + Whole;
}
