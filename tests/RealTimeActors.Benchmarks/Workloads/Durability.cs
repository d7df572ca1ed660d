namespace RealTimeActors.Benchmarks.Workloads;

internal enum Durability
{
    Ephemeral,
    Durable,
}
