using System.Text;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Floor;

/// <summary>One lane of work: everything that was appended since its last turn leaves in the next one. It runs on the pool, one turn at a time.</summary>
internal sealed class FloorLane : IThreadPoolWorkItem, IDisposable
{
    private const int RingBytes = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, FloorRing> _rings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FloorRing>.AlternateLookup<ReadOnlySpan<char>> _byName;
    private readonly List<FloorRing> _waiting = [];
    private readonly ByteWriter _event = new();
    private readonly Timer _again;
    private bool _isScheduled;

    internal FloorLane()
    {
        _byName = _rings.GetAlternateLookup<ReadOnlySpan<char>>();
        _again = new Timer(_ => Schedule());
    }

    internal FloorRing Ring(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[256];
        text = text[..Encoding.UTF8.GetChars(name, text)];
        lock (_gate)
        {
            if (!_byName.TryGetValue(text, out var ring)) _byName[text] = ring = new FloorRing(RingBytes);
            return ring;
        }
    }

    /// <summary>Adds a subscription; <paramref name="welcome"/> is called with the offset before anything is sent to it.</summary>
    internal void Subscribe(FloorRing ring, IFloorOutlet outlet, Action<long> welcome)
    {
        lock (_gate)
        {
            welcome(ring.Offset);
            ring.Subscribe(outlet);
        }
    }

    /// <summary>Encodes an event once, for all subscribers, and returns its offset.</summary>
    internal long Publish(FloorRing ring, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            var offset = ring.NextOffset();
            FloorFrames.Event(_event, channel, offset, type, data);
            ring.Append(_event.Written);
            if (!ring.IsScheduled)
            {
                ring.IsScheduled = true;
                _waiting.Add(ring);
            }

            return offset;
        }
    }

    internal void Schedule()
    {
        lock (_gate)
        {
            if (_isScheduled || _waiting.Count == 0) return;
            _isScheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    public void Execute()
    {
        lock (_gate)
        {
            _isScheduled = false;
            for (var index = _waiting.Count - 1; index >= 0; index--)
            {
                if (_waiting[index].Fan()) continue;
                _waiting[index].IsScheduled = false;
                _waiting.RemoveAt(index);
            }

            if (_waiting.Count > 0) _again.Change(dueTime: 1, Timeout.Infinite);
        }
    }

    public void Dispose() => _again.Dispose();
}
