namespace RealTimeActors.Persistence.Tck.Cluster;

public sealed class SimulatedClusterContract : ClusterContract
{
    protected override IClusterMedium CreateMedium() => new SimulatedMedium();
}
