using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Model;

/// <summary>
/// Offsets after a floor, written down one by one. What the product keeps as "prefix and ranges" is here simply a set, so that
/// nobody has to believe the arithmetic.
/// </summary>
internal sealed class OffsetSet(long floor)
{
    private readonly SortedSet<long> _members = [];

    /// <summary>Up to here there is no hole: looked through already.</summary>
    private long _unbroken = floor;

    /// <summary>Everything up to here counts as a member.</summary>
    public long Floor { get; } = floor;

    public bool Contains(long offset) => offset <= Floor || _members.Contains(offset);

    public void Add(long offset)
    {
        if (offset > Floor)
            _members.Add(offset);
    }

    public void Add(long from, long to)
    {
        for (var offset = from; offset <= to; offset++)
            Add(offset);
    }

    public void Remove(long offset)
    {
        _members.Remove(offset);
        if (offset <= _unbroken)
            _unbroken = Math.Max(Floor, offset - 1);
    }

    /// <summary>The last offset before the first hole.</summary>
    public long Prefix
    {
        get
        {
            while (_members.Contains(_unbroken + 1))
                _unbroken++;

            return _unbroken;
        }
    }

    /// <summary>The highest member.</summary>
    public long Highest => _members.Count == 0 ? Floor : _members.Max;

    /// <summary>The unbroken runs beyond the first hole, in order.</summary>
    public IReadOnlyList<OffsetRange> Ranges
    {
        get
        {
            var ranges = new List<OffsetRange>();
            foreach (var offset in _members.GetViewBetween(Prefix + 1, long.MaxValue))
            {
                if (ranges.Count > 0 && ranges[^1].To == offset - 1)
                    ranges[^1] = ranges[^1] with { To = offset };
                else
                    ranges.Add(new OffsetRange(offset, offset));
            }

            return ranges;
        }
    }

    public OffsetSet Copy()
    {
        var copy = new OffsetSet(Floor);
        copy._members.UnionWith(_members);
        return copy;
    }
}
