using RealTimeActors.Streams.Stages;

namespace RealTimeActors.Streams;

/// <summary>
/// The stages of one subscription, assembled: debounce, conflation and lanes, batch, rate, time-to-live, order. Only those that were asked for exist. It has no clock and no
/// timer: it is told what time it is, and says when there will be more.
/// </summary>
/// <remarks>
/// Every element that is pushed is taken, is held, or was left out and counted; so whatever was pushed, is not held and was not taken was left out because the settings allow
/// it. Time does not go backwards here: where the caller's does, it stands still.
/// </remarks>
public sealed partial class Shaper<T>
{
    private readonly ShapeSettings _settings;
    private readonly LaneQueues<T> _lanes = new();
    private readonly long[] _peeked = new long[Lanes.Count];
    private readonly Immediate _immediate;
    private readonly Debounce<T>? _debounce;
    private readonly Conflate<T>? _conflate;
    private readonly Batch? _batch;
    private readonly RateLimit? _rate;
    private List<long>? _offsets;
    private bool _areOffsetsCurrent;
    private ShapeCounts _counts;
    private long _nowUnixMs = long.MinValue;
    private long _newest = long.MinValue;
    private long _flushedTo = long.MinValue;

    private Shaper(ShapeSettings settings)
    {
        _settings = settings;
        _immediate = new Immediate(settings.Immediate);
        _debounce = settings.DebounceMs > 0 ? new Debounce<T>(settings) : null;
        _conflate = settings.Conflate == Conflation.None ? null : new Conflate<T>(settings.Conflate);
        _batch = settings.BatchMs > 0 ? new Batch(settings.BatchMs, settings.BatchMax, settings.BatchBytesMax) : null;
        _rate = settings.MaxPerSecond > 0 ? new RateLimit(settings.MaxPerSecond) : null;
    }

    /// <summary>Demand: one more may be pushed, however large it is.</summary>
    public bool HasRoom => Count < _settings.HeldMax && Bytes < _settings.HeldBytesMax;

    /// <summary>Elements held.</summary>
    public int Count => _lanes.Count + (_debounce?.Count ?? 0);

    /// <summary>Bytes held.</summary>
    public long Bytes { get; private set; }

    /// <summary>What was left out so far.</summary>
    public ShapeCounts Counts => _counts;

    /// <summary>The stages that the settings ask for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is negative, or a bound is not at least 1.</exception>
#pragma warning disable CA1000 // No argument could tell the type: who creates it has to name it anyway.
    public static Shaper<T> Create(ShapeSettings settings)
#pragma warning restore CA1000
    {
        settings.Check();
        return new Shaper<T>(settings);
    }

    /// <summary>Takes an element in. Only while <see cref="HasRoom"/>; the offsets of one lane ascend, and all offsets do where nothing may overtake.</summary>
    /// <exception cref="InvalidOperationException">It has no room, or the order is broken.</exception>
    public void Push(in Element<T> element, long nowUnixMs)
    {
        Check(element);
        Advance(nowUnixMs);
        _newest = Math.Max(_newest, element.Offset);

        if (TimeToLive.IsPast(element, _nowUnixMs))
        {
            _counts = _counts with { Expired = _counts.Expired + 1 };
            return;
        }

        if (_debounce is null || _immediate.Contains(element.Type))
            Enqueue(element, _nowUnixMs);
        else
            Debounce(element);

        OpenBatchIfFull();
    }

    /// <summary>The next of this lane, if one may leave now. Where nothing may overtake, everything is in <see cref="Lanes.Normal"/>.</summary>
    public bool TryPeek(int lane, long nowUnixMs, out Element<T> element)
    {
        Advance(nowUnixMs);
        element = default;
        for (var place = _lanes.First(lane); place != Chain.None; place = _lanes.First(lane))
        {
            var first = _lanes[place].Element;
            if (LeavesAtUnixMs(lane, first) > _nowUnixMs)
                return false;

            if (!TimeToLive.IsPast(first, _nowUnixMs))
            {
                _peeked[lane] = first.Offset;
                element = first;
                return true;
            }

            Remove(lane, place);
            _counts = _counts with { Expired = _counts.Expired + 1 };
        }

        return false;
    }

    /// <summary>What was peeked in this lane last has been written. Nothing may be pushed in between.</summary>
    /// <exception cref="InvalidOperationException">The lane's next is another one.</exception>
    public void Take(int lane, long nowUnixMs)
    {
        var place = _lanes.First(lane);
        if (place == Chain.None || _lanes[place].Element.Offset != _peeked[lane])
            throw new InvalidOperationException($"Of lane {lane} the peeked offset {_peeked[lane]} is expected to be taken; {(place == Chain.None ? "nothing" : _lanes[place].Element.Offset)} is next. Peek, write, take.");

        _nowUnixMs = Math.Max(_nowUnixMs, nowUnixMs);
        Remove(lane, place);
        _rate?.Count(_nowUnixMs);
    }

    /// <summary>
    /// When more may leave than now, though nothing is pushed; null: never. It may come to nothing once per element: what leaves debounce may have to wait for the batch, the
    /// rate or an older one, and what waited may have passed its time.
    /// </summary>
    public long? DueUnixMs(long nowUnixMs)
    {
        Advance(nowUnixMs);
        var due = _debounce?.DueUnixMs ?? long.MaxValue;
        for (var lane = 0; lane < Lanes.Count; lane++)
        {
            var place = _lanes.First(lane);
            if (place == Chain.None)
                continue;

            var leaves = LeavesAtUnixMs(lane, _lanes[place].Element);
            if (leaves > _nowUnixMs)
                due = Math.Min(due, leaves);
        }

        return due == long.MaxValue ? null : due;
    }

    /// <summary>Everything that is held may leave now: the shape is given up, or the server drains.</summary>
    public void Flush()
    {
        while (_debounce is not null && _debounce.TryReleaseEarly(out var element))
        {
            Bytes -= element.Bytes;
            Enqueue(element, _nowUnixMs);
        }

        _flushedTo = _newest;
    }

    /// <summary>Gives up everything that is held, and does not count it: it will be pushed again. What has left counts for the rate on.</summary>
    public void GiveUp()
    {
        for (var lane = 0; lane < Lanes.Count; lane++)
        {
            while (_lanes.First(lane) is not Chain.None and var place)
                Remove(lane, place);
        }

        while (_debounce is not null && _debounce.TryReleaseEarly(out _))
            _areOffsetsCurrent = false;

        Bytes = 0;
        (_newest, _flushedTo) = (long.MinValue, long.MinValue);
    }

    /// <summary>Whether this offset is held. Looks at everything that is.</summary>
    public bool Holds(long offset)
    {
        for (var lane = 0; lane < Lanes.Count; lane++)
        {
            for (var place = _lanes.First(lane); place != Chain.None; place = _lanes.Next(place))
            {
                if (_lanes[place].Element.Offset == offset)
                    return true;
            }
        }

        return _debounce?.Holds(offset) ?? false;
    }

    /// <summary>The offsets that are held, ascending. Good until something is pushed, taken or left out.</summary>
    public IReadOnlyList<long> HeldOffsets()
    {
        if (Count == 0)
            return [];

        _offsets ??= [];
        if (_areOffsetsCurrent)
            return _offsets;

        _areOffsetsCurrent = true;
        _offsets.Clear();
        for (var lane = 0; lane < Lanes.Count; lane++)
        {
            for (var place = _lanes.First(lane); place != Chain.None; place = _lanes.Next(place))
                _offsets.Add(_lanes[place].Element.Offset);
        }

        _debounce?.AddOffsetsTo(_offsets);
        _offsets.Sort();
        return _offsets;
    }

    private void Check(in Element<T> element)
    {
        if (element.Lane is < 0 or >= Lanes.Count)
            throw new ArgumentOutOfRangeException(nameof(element), element.Lane, $"A lane from 0 to {Lanes.Count - 1} is expected; {element.Lane} came.");

        if (!HasRoom)
            throw new InvalidOperationException($"Room is expected before offset {element.Offset} is pushed; {Count} elements of {Bytes} bytes are held. Ask HasRoom, and leave it where it is.");

        if (_settings.InOrder && element.Offset <= _newest)
            throw new InvalidOperationException($"In order, an offset above {_newest} is expected; {element.Offset} came.");
    }
}
