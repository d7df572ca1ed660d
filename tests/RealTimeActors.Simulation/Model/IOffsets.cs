using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Model;

/// <summary>What the product's two keepers of "prefix and ranges" have in common, so that both can be held against <see cref="OffsetSet"/>.</summary>
internal interface IOffsets
{
    long Prefix { get; }

    IReadOnlyList<OffsetRange> Ahead { get; }

    bool Contains(long offset);

    void Add(long from, long to);

    IReadOnlyList<OffsetRange> Missing(long upTo);
}
