namespace RealTimeActors.TestKit.Time;

/// <summary>The armed timers, the next one first: by due time, and among equals by when they were armed. Each knows its place, so that one can be taken from the middle.</summary>
/// <remarks>A simulation arms a timer for every message on the wire: a sorted tree with a node for each was a tenth of its time. When each is due lies beside it, so that to compare two does not fetch both from memory.</remarks>
internal sealed class TimerHeap
{
    private Entry[] _entries = new Entry[64];
    private int _count;

    /// <summary>The next one; null: none is armed.</summary>
    internal VirtualTimer? Next => _count == 0 ? null : _entries[0].Timer;

    internal void Add(VirtualTimer timer)
    {
        if (_count == _entries.Length)
            Array.Resize(ref _entries, 2 * _count);

        Rise(new Entry(timer.DueTicks, timer.Sequence, timer), _count++);
    }

    /// <summary>Takes it out; one that is not armed is left alone.</summary>
    internal void Remove(VirtualTimer timer)
    {
        var place = timer.Place;
        if (place < 0)
            return;

        timer.Place = -1;
        var last = _entries[--_count];
        _entries[_count] = default;
        if (ReferenceEquals(last.Timer, timer))
            return;

        // The last one fills the hole, and finds its place from there: it may belong above or below.
        if (place > 0 && last.IsBefore(_entries[(place - 1) / 2]))
            Rise(last, place);
        else
            Sink(last, place);
    }

    private void Rise(in Entry entry, int place)
    {
        while (place > 0 && entry.IsBefore(_entries[(place - 1) / 2]))
        {
            Put(_entries[(place - 1) / 2], place);
            place = (place - 1) / 2;
        }

        Put(entry, place);
    }

    private void Sink(in Entry entry, int place)
    {
        while ((2 * place) + 1 is var child && child < _count)
        {
            if (child + 1 < _count && _entries[child + 1].IsBefore(_entries[child]))
                child++;

            if (entry.IsBefore(_entries[child]))
                break;

            Put(_entries[child], place);
            place = child;
        }

        Put(entry, place);
    }

    private void Put(in Entry entry, int place)
    {
        _entries[place] = entry;
        entry.Timer.Place = place;
    }

    /// <param name="DueTicks">As when it was armed: it is taken out before that changes.</param>
    /// <param name="Sequence">The same.</param>
    /// <param name="Timer">Whose it is.</param>
    private readonly record struct Entry(long DueTicks, long Sequence, VirtualTimer Timer)
    {
        internal bool IsBefore(in Entry other) => DueTicks != other.DueTicks ? DueTicks < other.DueTicks : Sequence < other.Sequence;
    }
}
