namespace RealTimeActors.Benchmarks.Workloads;

/// <summary>The encoding the product is asked for. The peers speak their own.</summary>
internal enum WireChoice
{
    Proto,
    Json,
}
