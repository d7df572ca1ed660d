using System.Buffers;
using RealTimeActors.Engine.Feeds;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.EventStreams;

/// <summary>The newest events of one channel as the text of an event stream, encoded once for all who read it. A reader is a place in it, and falls back to the log where it is too slow.</summary>
/// <param name="bytesMax">Of what is held; the newest run is held whatever its length.</param>
/// <param name="time">The clock.</param>
internal sealed class ChannelFeed(int bytesMax, TimeProvider time) : IChannelFeed
{
    private readonly Lock _gate = new();
    private readonly List<EncodedRun> _runs = [];
    private List<StreamReader> _waiting = [];
    private List<StreamReader> _spare = [];
    private int _oldest;
    private string _epoch = "";
    private long _head;
    private long _bytes;

    /// <summary>Where it stands.</summary>
    internal StreamPosition Head
    {
        get
        {
            lock (_gate)
                return new StreamPosition(_epoch, _head);
        }
    }

    public void Begin(string epoch, long head)
    {
        lock (_gate)
        {
            (_epoch, _head) = (epoch, head);
            Clear();
        }

        WakeAll();
    }

    public void Add(string epoch, IReadOnlyList<ChannelEvent> events)
    {
        var run = EncodedRun.Encode(epoch, events);
        lock (_gate)
        {
            // Another life of the log, or a hole: what is held does not lead up to it.
            if (epoch != _epoch || run.First != _head + 1)
            {
                Clear();
            }

            (_epoch, _head) = (epoch, run.Last);
            _runs.Add(run);
            _bytes += run.Bytes;
            while (_runs.Count - _oldest > 1 && _bytes > bytesMax)
                DropOldest();
        }

        WakeAll();
    }

    /// <summary>Writes what follows the position, up to about so many bytes, and moves the position on. Where there is nothing the reader is woken when there is.</summary>
    internal FeedRead Read(StreamReader reader, ref StreamPosition position, int writeBytesMax, IBufferWriter<byte> to)
    {
        List<EncodedRun> runs;
        lock (_gate)
        {
            if (position.Epoch != _epoch)
                return FeedRead.Behind;

            if (position.Offset >= _head)
            {
                Enlist(reader);
                return FeedRead.Nothing;
            }

            if (_oldest == _runs.Count || position.Offset < _runs[_oldest].First - 1)
                return FeedRead.Behind;

            runs = RunsAfter(position.Offset, writeBytesMax);
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var offset = position.Offset;
        foreach (var run in runs)
        {
            var (upTo, events) = run.Take(offset, writeBytesMax, now, to);
            reader.Wrote(events);
            offset = upTo;
            if (upTo < run.Last)
                break;
        }

        position = position with { Offset = offset };
        return FeedRead.Events;
    }

    /// <summary>Wakes the reader when the feed is no longer as it was; false: that is so already.</summary>
    internal bool WakesIfUnchanged(StreamReader reader, StreamPosition seen)
    {
        lock (_gate)
        {
            if (seen != new StreamPosition(_epoch, _head))
                return false;

            Enlist(reader);
            return true;
        }
    }

    /// <summary>The reader is gone.</summary>
    internal void Leave(StreamReader reader)
    {
        lock (_gate)
        {
            if (reader.Place < 0)
                return;

            var last = _waiting[^1];
            _waiting[reader.Place] = last;
            last.Place = reader.Place;
            _waiting.RemoveAt(_waiting.Count - 1);
            reader.Place = -1;
        }
    }

    private void Enlist(StreamReader reader)
    {
        if (reader.Place >= 0)
            return;

        reader.Place = _waiting.Count;
        _waiting.Add(reader);
    }

    /// <summary>The runs that hold what comes after the offset, about so many bytes of them.</summary>
    private List<EncodedRun> RunsAfter(long offset, int bytesMax)
    {
        var (low, high) = (_oldest, _runs.Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_runs[middle].Last > offset)
                high = middle;
            else
                low = middle + 1;
        }

        var runs = new List<EncodedRun>(1);
        for (; low < _runs.Count && bytesMax > 0; low++)
        {
            runs.Add(_runs[low]);
            bytesMax -= _runs[low].Bytes;
        }

        return runs;
    }

    private void DropOldest()
    {
        _bytes -= _runs[_oldest].Bytes;
        _runs[_oldest++] = null!;
        if (_oldest < 1_024 || _oldest < _runs.Count / 2)
            return;

        _runs.RemoveRange(0, _oldest);
        _oldest = 0;
    }

    private void Clear()
    {
        _runs.Clear();
        _oldest = 0;
        _bytes = 0;
    }

    private void WakeAll()
    {
        List<StreamReader> waiting;
        lock (_gate)
        {
            waiting = _waiting;
            _waiting = _spare;
            foreach (var reader in waiting)
                reader.Place = -1;
        }

        foreach (var reader in waiting)
            reader.Wake();

        waiting.Clear();
        _spare = waiting;
    }
}
