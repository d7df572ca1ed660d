using System.Diagnostics;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine.Cursors;

/// <summary>
/// Which offsets of one log are accounted for: everything up to <see cref="Prefix"/>, and <see cref="Ahead"/> of it some ranges. An offset is
/// accounted for once, however often it comes.
/// </summary>
/// <remarks>Adding the next offset, or to the last range, is O(1); anywhere else it is O(ranges).</remarks>
public sealed class CursorTracker
{
    private readonly List<OffsetRange> _ahead = [];

    /// <summary>Every offset up to this one is accounted for. 0: none.</summary>
    public long Prefix { get; private set; }

    /// <summary>What is accounted for beyond the prefix: ascending, neither touching each other nor the prefix.</summary>
    public IReadOnlyList<OffsetRange> Ahead => _ahead;

    /// <summary>Changes whenever something new is accounted for.</summary>
    public long Version { get; private set; }

    /// <summary>Forgets everything; the offsets up to <paramref name="prefix"/> count as accounted for.</summary>
    public void Restart(long prefix)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(prefix);
        _ahead.Clear();
        Prefix = prefix;
        Version++;
    }

    /// <summary>Whether the offset is accounted for.</summary>
    public bool Contains(long offset)
    {
        if (offset <= Prefix)
            return true;

        var index = FirstEndingAtOrAfter(offset);
        return index < _ahead.Count && _ahead[index].From <= offset;
    }

    /// <summary>Accounts for one offset.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Add(long offset)
    {
        if (Contains(offset))
            return false;

        Add(new OffsetRange(offset, offset));
        return true;
    }

    /// <summary>Accounts for a range; parts of it may be so already. A range that ends before it begins is nothing.</summary>
    public void Add(OffsetRange range)
    {
        var from = Math.Max(range.From, Prefix + 1);
        var to = range.To;
        if (to < from)
            return;

        // Everything that touches the new range is merged into it.
        var first = FirstEndingAtOrAfter(from - 1);
        var last = first;
        while (last < _ahead.Count && _ahead[last].From <= (to == long.MaxValue ? to : to + 1))
            last++;

        if (last == first + 1 && _ahead[first].From <= from && _ahead[first].To >= to)
            return;

        if (last > first)
        {
            from = Math.Min(from, _ahead[first].From);
            to = Math.Max(to, _ahead[last - 1].To);
        }

        Version++;
        if (from == Prefix + 1)
        {
            Prefix = to;
            _ahead.RemoveRange(first, last - first);
            Debug.Assert(first == 0, "Whatever touches the prefix is the first of the ranges.");
            return;
        }

        if (last == first)
        {
            _ahead.Insert(first, new OffsetRange(from, to));
            return;
        }

        _ahead[first] = new OffsetRange(from, to);
        _ahead.RemoveRange(first + 1, last - first - 1);
    }

    /// <summary>What of the range is not accounted for, ascending.</summary>
    public IReadOnlyList<OffsetRange> MissingWithin(OffsetRange range)
    {
        var missing = new List<OffsetRange>();
        var next = Math.Max(range.From, Prefix + 1);
        for (var i = FirstEndingAtOrAfter(next); i < _ahead.Count && _ahead[i].From <= range.To; i++)
        {
            if (next < _ahead[i].From)
                missing.Add(new OffsetRange(next, _ahead[i].From - 1));
            next = _ahead[i].To + 1;
        }

        if (next <= range.To)
            missing.Add(new OffsetRange(next, range.To));
        return missing;
    }

    private int FirstEndingAtOrAfter(long offset)
    {
        // Nearly always it is the last range, or one beyond it.
        if (_ahead.Count == 0 || _ahead[^1].To < offset)
            return _ahead.Count;

        int low = 0, high = _ahead.Count - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ahead[middle].To < offset)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
