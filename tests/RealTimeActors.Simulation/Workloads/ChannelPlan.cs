using RealTimeActors.Engine.Channels;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>One channel of a run.</summary>
internal sealed record ChannelPlan(string Name, ChannelSettings Settings)
{
    public bool IsDurable => Settings.IsDurable;

    /// <summary>Offsets up to this one are not promised any more when the head is there.</summary>
    public long NotRetained(long head) => Settings.Retention.Count is { } count ? Math.Max(0, head - count) : 0;
}
