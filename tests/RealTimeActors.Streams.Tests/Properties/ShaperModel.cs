namespace RealTimeActors.Streams.Tests.Properties;

/// <summary>
/// The whole of the stages in one list, looked through again and again, one millisecond at a time: slow, and written after the README sentence by sentence. Nothing in it is
/// shared with what it is the measure of.
/// </summary>
internal sealed class ShaperModel(ShapeSettings settings)
{
    private readonly List<ModelEntry> _held = [];
    private readonly List<long> _writes = [];
    private long _nowUnixMs;
    private long _gateSinceUnixMs;
    private bool _isGateOpen;
    private long _newest = -1;
    private long _flushedTo = -1;

    public ShapeCounts Counts { get; private set; }

    public int Count => _held.Count;

    public long Bytes => _held.Sum(entry => (long)entry.Element.Bytes);

    public bool HasRoom => Count < settings.HeldMax && Bytes < settings.HeldBytesMax;

    public IReadOnlyList<long> HeldOffsets => [.. _held.Select(entry => entry.Element.Offset).Order()];

    public int DebouncedCount => Debounced.Count();

    private IEnumerable<ModelEntry> Waiting => _held.Where(entry => !entry.IsDebounced);

    private IEnumerable<ModelEntry> Debounced => _held.Where(entry => entry.IsDebounced);

    private IEnumerable<ModelEntry> Gated => Waiting.Where(entry => LaneOf(entry.Element) != Lanes.Critical);

    public void Push(Element<string> element, long nowUnixMs)
    {
        MoveTo(nowUnixMs);
        _newest = Math.Max(_newest, element.Offset);

        if (element.ExpiresUnixMs <= nowUnixMs)
            Counts = Counts with { Expired = Counts.Expired + 1 };
        else if (settings.DebounceMs > 0 && !IsImmediate(element))
            PushIntoDebounce(element);
        else
            Enter(element);

        LookAtGate();
    }

    public Element<string>? Peek(int lane, long nowUnixMs)
    {
        MoveTo(nowUnixMs);
        while (Waiting.Where(entry => LaneOf(entry.Element) == lane).MinBy(entry => entry.Element.Offset) is { } first)
        {
            if (!MayLeave(first.Element))
                return null;

            if (first.Element.ExpiresUnixMs > nowUnixMs)
                return first.Element;

            Remove(first);
            Counts = Counts with { Expired = Counts.Expired + 1 };
        }

        return null;
    }

    public void Take(long offset, long nowUnixMs)
    {
        Remove(_held.Single(entry => entry.Element.Offset == offset));
        _writes.Add(nowUnixMs);
    }

    public void Flush()
    {
        foreach (var entry in Debounced.OrderBy(entry => entry.LastUnixMs).ToList())
            LeaveDebounce(entry);

        _flushedTo = _newest;
    }

    public void GiveUp()
    {
        _held.Clear();
        (_isGateOpen, _newest, _flushedTo) = (false, -1, -1);
    }

    private void MoveTo(long nowUnixMs)
    {
        // One by one up to now, as long as there is anything that time could change.
        _nowUnixMs = _held.Count == 0 ? nowUnixMs : _nowUnixMs;
        while (true)
        {
            foreach (var entry in Debounced.Where(entry => DueUnixMs(entry) <= _nowUnixMs).ToList())
            {
                LeaveDebounce(entry);
                LookAtGate();
            }

            LookAtGate();
            if (_nowUnixMs == nowUnixMs)
                return;

            _nowUnixMs++;
        }
    }

    private void PushIntoDebounce(Element<string> element)
    {
        var older = Debounced.SingleOrDefault(entry => ScopeOf(entry.Element) == ScopeOf(element));
        if (older is null)
        {
            _held.Add(new ModelEntry(element) { IsDebounced = true, FirstUnixMs = _nowUnixMs, LastUnixMs = _nowUnixMs });
            return;
        }

        Counts = Counts with { Debounced = Counts.Debounced + 1 };
        older.LastUnixMs = _nowUnixMs;
        if (older.Element.Offset > element.Offset)
            return;

        _held.Remove(older);
        _held.Add(older with { Element = element });
    }

    /// <summary>Whom an element shares its quiet time with: those of its key, or all others.</summary>
    private string ScopeOf(Element<string> element) => settings.Conflate == Conflation.Key && !string.IsNullOrEmpty(element.Key) ? element.Key : "";

    private long DueUnixMs(ModelEntry entry)
    {
        var max = settings.DebounceMaxMs > 0 ? settings.DebounceMaxMs : settings.DebounceMs * 10;
        return Math.Min(entry.LastUnixMs + settings.DebounceMs, entry.FirstUnixMs + max);
    }

    private void LeaveDebounce(ModelEntry entry)
    {
        _held.Remove(entry);
        Enter(entry.Element);
    }

    /// <summary>Comes to stand among those that wait, unless conflation has something to say.</summary>
    private void Enter(Element<string> element)
    {
        var wasEmpty = !Gated.Any();
        var mates = Waiting.Where(entry => AreConflated(entry.Element, element)).ToList();
        if (mates.Any(mate => mate.Element.Offset > element.Offset))
        {
            Counts = Counts with { Conflated = Counts.Conflated + 1 };
            return;
        }

        if (mates.Count == 1 && _nowUnixMs - mates[0].SinceUnixMs >= 1_000)
            mates[0].IsFrozen = true;

        var entered = new ModelEntry(element) { SinceUnixMs = _nowUnixMs };
        if (mates.SingleOrDefault(mate => !mate.IsFrozen) is { } replaced)
        {
            Counts = Counts with { Conflated = Counts.Conflated + 1 };
            entered.SinceUnixMs = replaced.SinceUnixMs;
            _held.Remove(replaced);
        }

        _held.Add(entered);
        if (wasEmpty)
            _gateSinceUnixMs = _nowUnixMs;

        CloseGateIfNothingWaits();
        LookAtGate();
    }

    private bool AreConflated(Element<string> one, Element<string> other) => !IsImmediate(one) && !IsImmediate(other) && settings.Conflate switch
    {
        Conflation.None => false,
        Conflation.Key => !string.IsNullOrEmpty(one.Key) && one.Key == other.Key,
        _ => true,
    };

    private bool IsImmediate(Element<string> element) => settings.Immediate.Contains(element.Type);

    private int LaneOf(Element<string> element) => settings.InOrder ? Lanes.Normal : element.Lane;

    private void LookAtGate()
    {
        var waits = Gated.ToList();
        if (waits.Count == 0)
            return;

        _isGateOpen |= _nowUnixMs >= _gateSinceUnixMs + settings.BatchMs
            || (settings.BatchMax > 0 && waits.Count >= settings.BatchMax)
            || waits.Sum(entry => entry.Element.Bytes) >= settings.BatchBytesMax
            || !HasRoom;
    }

    private void CloseGateIfNothingWaits() => _isGateOpen &= Gated.Any();

    private bool MayLeave(Element<string> element)
    {
        if (element.Offset <= _flushedTo)
            return true;

        if (settings.InOrder && Debounced.Any(entry => entry.Element.Offset < element.Offset))
            return false;

        return LaneOf(element) == Lanes.Critical || (_isGateOpen && IsWithinRate());
    }

    private bool IsWithinRate() => settings.MaxPerSecond == 0 || _writes.Count(write => (write / 50) + 21 > _nowUnixMs / 50) < settings.MaxPerSecond;

    private void Remove(ModelEntry entry)
    {
        _held.Remove(entry);
        CloseGateIfNothingWaits();
    }
}
