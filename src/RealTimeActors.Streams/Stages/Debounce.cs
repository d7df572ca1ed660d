namespace RealTimeActors.Streams.Stages;

/// <summary>
/// Trailing: a scope lets its newest element out when it has been quiet for a while, and not later than the maximum after the first, so that a steady stream cannot starve.
/// </summary>
internal sealed class Debounce<T>
{
    private readonly long _quietMs;
    private readonly long _waitMaxMs;
    private readonly Slab<DebounceScope<T>> _scopes = new();
    private readonly Dictionary<string, int>? _byKey;

    // Who was touched longest ago is quiet first; who began first reaches the maximum first. Both chains are in the order of their times by themselves.
    private readonly Links _lastLinks = new();
    private readonly Links _firstLinks = new();
    private Chain _byLast;
    private Chain _byFirst;
    private int _common = Chain.None;

    internal Debounce(ShapeSettings settings)
    {
        _quietMs = settings.DebounceMs;
        _waitMaxMs = settings.DebounceMaxMs > 0 ? settings.DebounceMaxMs : 10 * settings.DebounceMs;
        _byKey = settings.Conflate == Conflation.Key ? new Dictionary<string, int>(StringComparer.Ordinal) : null;
    }

    internal int Count => _scopes.Count;

    /// <summary>When the next scope lets its element out; null: nothing is held.</summary>
    internal long? DueUnixMs => _byLast.First == Chain.None
        ? null
        : Math.Min(_scopes[_byLast.First].LastUnixMs + _quietMs, _scopes[_byFirst.First].FirstUnixMs + _waitMaxMs);

    /// <summary>The oldest offset that is held. Only where all offsets ascend: then it is in the scope that was touched longest ago.</summary>
    internal long? OldestOffset => _byLast.First == Chain.None ? null : _scopes[_byLast.First].Newest.Offset;

    /// <summary>Takes one in. True: another of its scope is left out for it, or it is itself, because lanes interleave and a newer one came before.</summary>
    internal bool Add(in Element<T> element, long nowUnixMs, out Element<T> leftOut)
    {
        leftOut = default;
        var key = _byKey is null || string.IsNullOrEmpty(element.Key) ? null : element.Key;
        var place = PlaceOf(key);
        if (place == Chain.None)
        {
            Begin(key, element, nowUnixMs);
            return false;
        }

        ref var scope = ref _scopes[place];
        scope.LastUnixMs = nowUnixMs;
        _lastLinks.Remove(ref _byLast, place);
        _lastLinks.AddLast(ref _byLast, place);

        if (element.Offset < scope.Newest.Offset)
        {
            leftOut = element;
        }
        else
        {
            leftOut = scope.Newest;
            scope.Newest = element;
        }

        return true;
    }

    /// <summary>Lets the next one out whose time has come, and says when that was.</summary>
    internal bool TryRelease(long nowUnixMs, out Element<T> element, out long dueUnixMs)
    {
        element = default;
        dueUnixMs = DueUnixMs ?? long.MaxValue;
        if (dueUnixMs > nowUnixMs)
            return false;

        var isQuiet = _scopes[_byLast.First].LastUnixMs + _quietMs == dueUnixMs;
        element = End(isQuiet ? _byLast.First : _byFirst.First);
        return true;
    }

    /// <summary>Lets one out whose time has not come.</summary>
    internal bool TryReleaseEarly(out Element<T> element)
    {
        element = default;
        if (_byLast.First == Chain.None)
            return false;

        element = End(_byLast.First);
        return true;
    }

    internal bool Holds(long offset)
    {
        for (var place = _byLast.First; place != Chain.None; place = _lastLinks.Next(place))
        {
            if (_scopes[place].Newest.Offset == offset)
                return true;
        }

        return false;
    }

    internal void AddOffsetsTo(List<long> offsets)
    {
        for (var place = _byLast.First; place != Chain.None; place = _lastLinks.Next(place))
            offsets.Add(_scopes[place].Newest.Offset);
    }

    private int PlaceOf(string? key)
    {
        if (key is null)
            return _common;

        return _byKey!.TryGetValue(key, out var place) ? place : Chain.None;
    }

    private void Begin(string? key, in Element<T> element, long nowUnixMs)
    {
        var place = _scopes.Add(new DebounceScope<T> { Newest = element, Key = key, FirstUnixMs = nowUnixMs, LastUnixMs = nowUnixMs });
        _lastLinks.AddLast(ref _byLast, place);
        _firstLinks.AddLast(ref _byFirst, place);
        if (key is null)
            _common = place;
        else
            _byKey![key] = place;
    }

    private Element<T> End(int place)
    {
        var scope = _scopes[place];
        _lastLinks.Remove(ref _byLast, place);
        _firstLinks.Remove(ref _byFirst, place);
        if (scope.Key is null)
            _common = Chain.None;
        else
            _byKey!.Remove(scope.Key);

        if (_scopes.Remove(place))
        {
            _lastLinks.Clear();
            _firstLinks.Clear();
            _byKey?.TrimExcess();
        }

        return scope.Newest;
    }
}
