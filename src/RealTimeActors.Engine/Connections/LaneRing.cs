using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

/// <summary>
/// The newest encoded events of one channel in one lane and format, for all connections of an edge to read from. Bounded by bytes and runs; the oldest runs go.
/// A subscription is a <see cref="RingCursor"/> into it.
/// </summary>
internal sealed class LaneRing(WireFormat format, int bytesMax, long droppedTo)
{
    private const int RunsMax = 4_096;

    private LaneRun[] _runs = [];
    private int _count;
    private long _bytes;

    /// <summary>The number of the oldest run; runs are numbered 0, 1, 2 … over the life of the ring.</summary>
    internal long FirstRun { get; private set; }

    /// <summary>The number that the next run will have.</summary>
    internal long EndRun => FirstRun + _count;

    /// <summary>Every event of the lane up to this offset is not, or no longer, here.</summary>
    internal long DroppedTo { get; private set; } = droppedTo;

    internal LaneRun this[long run] => _runs[run % _runs.Length];

    /// <summary>Another empty one, like this one was when it was made.</summary>
    internal LaneRing Another() => new(format, bytesMax, DroppedTo);

    /// <summary>Adds a run at the end, and lets the oldest go beyond the bounds. The newest run always stays.</summary>
    internal void Add(LaneRun run)
    {
        if (_count == _runs.Length)
            Grow();

        _runs[EndRun % _runs.Length] = run;
        _count++;
        _bytes += run.Encoded(format).Length;
        while (_count > 1 && (_bytes > bytesMax || _count > RunsMax))
            DropOldest();
    }

    /// <summary>Where the first event after this offset stands.</summary>
    internal RingCursor After(long offset)
    {
        var (low, high) = (FirstRun, EndRun);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (this[middle].Last <= offset)
                low = middle + 1;
            else
                high = middle;
        }

        if (low == EndRun)
            return new RingCursor(low, 0);

        var events = this[low].Events;
        var index = 0;
        while (events[index].Offset <= offset)
            index++;

        return new RingCursor(low, index);
    }

    /// <summary>The event at this offset, if it is here.</summary>
    internal ChannelEvent? Find(long offset)
    {
        if (_count == 0 || offset <= DroppedTo)
            return null;

        var at = After(offset - 1);
        return at.Run < EndRun && this[at.Run].Events[at.Index] is var found && found.Offset == offset ? found : null;
    }

    /// <summary>Lets everything go: what was up to this offset is not here any more.</summary>
    internal void Clear(long head)
    {
        while (_count > 0)
            DropOldest();

        DroppedTo = head;
    }

    private void DropOldest()
    {
        var oldest = this[FirstRun];
        _runs[FirstRun % _runs.Length] = null!;
        _bytes -= oldest.Encoded(format).Length;
        DroppedTo = oldest.Last;
        FirstRun++;
        _count--;
    }

    private void Grow()
    {
        var runs = new LaneRun[Math.Max(4, _runs.Length * 2)];
        for (var run = FirstRun; run < EndRun; run++)
            runs[run % runs.Length] = this[run];

        _runs = runs;
    }
}
