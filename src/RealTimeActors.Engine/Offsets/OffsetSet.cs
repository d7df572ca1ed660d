using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Offsets;

/// <summary>
/// Offsets of one log that are dealt with: everything up to <see cref="Prefix"/>, and ranges ahead of it. The shape of a client's position (protocol.md,
/// "Order, holes and cursors") and of what a subscription was sent.
/// </summary>
internal sealed class OffsetSet
{
    /// <summary>Disjoint, not touching, ascending, all beyond Prefix + 1. Null while there are none, which is nearly always.</summary>
    private List<OffsetRange>? _ahead;

    internal OffsetSet(long prefix) => Prefix = prefix;

    /// <summary>Every offset up to and including this one is in the set.</summary>
    internal long Prefix { get; private set; }

    /// <summary>What is in the set beyond the prefix, ascending.</summary>
    internal IReadOnlyList<OffsetRange> Ahead => _ahead ?? (IReadOnlyList<OffsetRange>)[];

    /// <summary>Whether something beyond the prefix is in the set.</summary>
    internal bool HasAhead => _ahead is not null;

    /// <summary>The greatest offset in the set.</summary>
    internal long Max => _ahead is { Count: > 0 } ? _ahead[^1].To : Prefix;

    /// <summary>The same offsets in a set of its own.</summary>
    internal OffsetSet Copy() => new(Prefix) { _ahead = _ahead is null ? null : [.. _ahead] };

    internal bool Contains(long offset)
    {
        if (offset <= Prefix)
            return true;

        if (_ahead is null)
            return false;

        var at = FirstEndingAtOrAfter(offset);
        return at < _ahead.Count && _ahead[at].From <= offset;
    }

    /// <summary>Adds one offset.</summary>
    internal void Add(long offset)
    {
        if (offset == Prefix + 1 && _ahead is null)
            Prefix = offset;
        else
            Add(offset, offset);
    }

    /// <summary>Adds the offsets <paramref name="from"/> … <paramref name="to"/>.</summary>
    internal void Add(long from, long to)
    {
        if (to <= Prefix || to < from)
            return;

        if (from <= Prefix + 1)
        {
            Prefix = to;
            Absorb();
            return;
        }

        _ahead ??= [];
        var at = FirstEndingAtOrAfter(from - 1);
        var last = at;
        while (last < _ahead.Count && _ahead[last].From <= to + 1)
        {
            from = Math.Min(from, _ahead[last].From);
            to = Math.Max(to, _ahead[last].To);
            last++;
        }

        _ahead.RemoveRange(at, last - at);
        _ahead.Insert(at, new OffsetRange(from, to));
    }

    /// <summary>The ranges up to <paramref name="upTo"/> that are not in the set, ascending.</summary>
    internal IReadOnlyList<OffsetRange> Missing(long upTo)
    {
        if (upTo <= Prefix)
            return [];

        var missing = new List<OffsetRange>();
        var from = Prefix + 1;
        foreach (var range in Ahead)
        {
            if (range.From > upTo)
                break;

            missing.Add(new OffsetRange(from, range.From - 1));
            from = range.To + 1;
        }

        if (from <= upTo)
            missing.Add(new OffsetRange(from, upTo));

        return missing;
    }

    private void Absorb()
    {
        if (_ahead is null)
            return;

        var gone = 0;
        while (gone < _ahead.Count && _ahead[gone].From <= Prefix + 1)
            Prefix = Math.Max(Prefix, _ahead[gone++].To);

        if (gone == _ahead.Count)
            _ahead = null;
        else
            _ahead.RemoveRange(0, gone);
    }

    private int FirstEndingAtOrAfter(long offset)
    {
        var (low, high) = (0, _ahead!.Count);
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
