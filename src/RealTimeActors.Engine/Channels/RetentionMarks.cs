namespace RealTimeActors.Engine.Channels;

/// <summary>
/// Where in the log how much time and how many bytes lie, coarsely: enough to say which offset is the oldest that retention leaves.
/// </summary>
/// <remarks>At most <see cref="MarksMax"/> marks, so that the memory does not grow with the log. Up to that many events each has a mark of its own; beyond it
/// neighbours are joined, and age and bytes are obeyed to about a thousandth of the log: a joined mark goes when its newest event is too old, or when the bytes
/// after it suffice.</remarks>
internal sealed class RetentionMarks
{
    internal const int MarksMax = 1_024;

    private readonly List<Mark> _marks = [];
    private long _bytes;
    private long _eventsPerMark = 1;

    /// <summary>Oldest first.</summary>
    internal IReadOnlyList<Mark> Marks => _marks;

    /// <summary>One more event at the head.</summary>
    internal void Add(long offset, long timeUnixMs, long bytes)
    {
        if (_marks.Count > 0 && EventsIn(_marks.Count - 1) < _eventsPerMark)
        {
            _bytes += bytes;
            _marks[^1] = new Mark(offset, timeUnixMs, _marks[^1].Bytes + bytes);
            return;
        }

        Restore(new Mark(offset, timeUnixMs, bytes));
        if (_marks.Count > MarksMax)
            JoinNeighbours();
    }

    /// <summary>Brings back a mark that a snapshot kept, oldest first.</summary>
    internal void Restore(Mark mark)
    {
        _marks.Add(mark);
        _bytes += mark.Bytes;
        _eventsPerMark = Math.Max(_eventsPerMark, EventsIn(_marks.Count - 1));
    }

    /// <summary>The oldest offset that is still to be read, at this time, on a log with this head.</summary>
    internal long First(RetentionRule rule, long head, long nowUnixMs)
    {
        var first = 1L;
        if (rule.Count is { } count)
            first = Math.Max(first, head - count + 1);

        if (rule.Age is null && rule.Bytes is null)
            return first;

        var oldestUnixMs = rule.Age is { } age ? nowUnixMs - (long)age.TotalMilliseconds : long.MinValue;
        var bytes = _bytes;
        foreach (var mark in _marks)
        {
            if (mark.TimeUnixMs > oldestUnixMs && bytes <= (rule.Bytes ?? long.MaxValue))
                break;

            bytes -= mark.Bytes;
            first = Math.Max(first, mark.Offset + 1);
        }

        return first;
    }

    /// <summary>Forgets what lies before this offset.</summary>
    internal void TrimBefore(long first)
    {
        var gone = 0;
        while (gone < _marks.Count && _marks[gone].Offset < first)
            _bytes -= _marks[gone++].Bytes;

        _marks.RemoveRange(0, gone);
    }

    /// <summary>The first mark does not say where it begins; it counts as full.</summary>
    private long EventsIn(int mark) => mark == 0 ? _eventsPerMark : _marks[mark].Offset - _marks[mark - 1].Offset;

    private void JoinNeighbours()
    {
        _eventsPerMark *= 2;
        var kept = 0;
        for (var i = 0; i + 1 < _marks.Count; i += 2)
            _marks[kept++] = new Mark(_marks[i + 1].Offset, _marks[i + 1].TimeUnixMs, _marks[i].Bytes + _marks[i + 1].Bytes);

        if (_marks.Count % 2 == 1)
            _marks[kept++] = _marks[^1];

        _marks.RemoveRange(kept, _marks.Count - kept);
    }

    /// <summary>The events after the mark before, up to and including this offset: when the last of them came, and their bytes.</summary>
    internal readonly record struct Mark(long Offset, long TimeUnixMs, long Bytes);
}
