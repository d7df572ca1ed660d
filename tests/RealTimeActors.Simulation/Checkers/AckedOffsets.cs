using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>What a session has acked of one log.</summary>
internal sealed class AckedOffsets(long floor = 0)
{
    private readonly SortedSet<long> _ahead = [];

    public long Prefix { get; private set; } = floor;

    public bool Contains(long offset) => offset <= Prefix || _ahead.Contains(offset);

    public void Add(ClientFrame.Ack ack)
    {
        Prefix = Math.Max(Prefix, ack.Offset);
        foreach (var range in ack.Ranges)
        {
            for (var offset = Math.Max(range.From, Prefix + 1); offset <= range.To; offset++)
                _ahead.Add(offset);
        }

        if (_ahead.Count == 0)
            return;

        while (_ahead.Remove(Prefix + 1))
            Prefix++;

        while (_ahead.Count > 0 && _ahead.Min <= Prefix)
            _ahead.Remove(_ahead.Min);
    }
}
