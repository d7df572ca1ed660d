using RealTimeActors.Client.Machine.Cursors;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Model;

/// <summary>The client's: what it received, what its application is done with.</summary>
internal sealed class ClientOffsets : IOffsets
{
    private readonly CursorTracker _tracker = new();

    public ClientOffsets(long prefix) => _tracker.Restart(prefix);

    public long Prefix => _tracker.Prefix;

    public IReadOnlyList<OffsetRange> Ahead => _tracker.Ahead;

    public bool Contains(long offset) => _tracker.Contains(offset);

    public void Add(long from, long to)
    {
        if (from == to)
            _tracker.Add(from);
        else
            _tracker.Add(new OffsetRange(from, to));
    }

    public IReadOnlyList<OffsetRange> Missing(long upTo) => _tracker.MissingWithin(new OffsetRange(1, upTo));
}
