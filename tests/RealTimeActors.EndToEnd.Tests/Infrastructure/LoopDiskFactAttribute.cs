using RealTimeActors.Hammer.Cluster.Disks;

namespace RealTimeActors.EndToEnd.Tests.Infrastructure;

/// <summary>A test that cuts a disk's power; counted as skipped, with the reason, where that cannot be.</summary>
public sealed class LoopDiskFactAttribute : FactAttribute
{
    public LoopDiskFactAttribute() => Skip = LoopDisk.WhyNot;
}
