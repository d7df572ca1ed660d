using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Model;

/// <summary>The engine's: what a session has acked, what a subscription was told.</summary>
internal sealed class EngineOffsets(long prefix) : IOffsets
{
    private readonly Engine.Offsets.OffsetSet _set = new(prefix);

    public long Prefix => _set.Prefix;

    public IReadOnlyList<OffsetRange> Ahead => _set.Ahead;

    public bool Contains(long offset) => _set.Contains(offset);

    public void Add(long from, long to)
    {
        if (from == to)
            _set.Add(from);
        else
            _set.Add(from, to);
    }

    public IReadOnlyList<OffsetRange> Missing(long upTo) => _set.Missing(upTo);
}
