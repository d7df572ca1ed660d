namespace RealTimeActors.TestKit.Time;

/// <summary>The armed timers, the next one first: by due time, and among equals by when they were armed. Each knows its place, so that one can be taken from the middle.</summary>
/// <remarks>A simulation arms a timer for every message on the wire: a sorted tree with a node for each was a tenth of its time.</remarks>
internal sealed class TimerHeap
{
    private VirtualTimer[] _timers = new VirtualTimer[64];
    private int _count;

    /// <summary>The next one; null: none is armed.</summary>
    internal VirtualTimer? Next => _count == 0 ? null : _timers[0];

    internal void Add(VirtualTimer timer)
    {
        if (_count == _timers.Length)
            Array.Resize(ref _timers, 2 * _count);

        Rise(timer, _count++);
    }

    /// <summary>Takes it out; one that is not armed is left alone.</summary>
    internal void Remove(VirtualTimer timer)
    {
        var place = timer.Place;
        if (place < 0)
            return;

        timer.Place = -1;
        var last = _timers[--_count];
        _timers[_count] = null!;
        if (ReferenceEquals(last, timer))
            return;

        // The last one fills the hole, and finds its place from there: it may belong above or below.
        if (place > 0 && last.IsBefore(_timers[(place - 1) / 2]))
            Rise(last, place);
        else
            Sink(last, place);
    }

    private void Rise(VirtualTimer timer, int place)
    {
        while (place > 0 && timer.IsBefore(_timers[(place - 1) / 2]))
        {
            Put(_timers[(place - 1) / 2], place);
            place = (place - 1) / 2;
        }

        Put(timer, place);
    }

    private void Sink(VirtualTimer timer, int place)
    {
        while ((2 * place) + 1 is var child && child < _count)
        {
            if (child + 1 < _count && _timers[child + 1].IsBefore(_timers[child]))
                child++;

            if (timer.IsBefore(_timers[child]))
                break;

            Put(_timers[child], place);
            place = child;
        }

        Put(timer, place);
    }

    private void Put(VirtualTimer timer, int place)
    {
        _timers[place] = timer;
        timer.Place = place;
    }
}
