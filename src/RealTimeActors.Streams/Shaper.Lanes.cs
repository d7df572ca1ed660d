using RealTimeActors.Streams.Stages;

namespace RealTimeActors.Streams;

/// <summary>Debounce, and behind it: how elements come to stand in their lanes, when the first of a lane may leave, and how it does.</summary>
public sealed partial class Shaper<T>
{
    private void Debounce(in Element<T> element)
    {
        _areOffsetsCurrent = false;
        Bytes += element.Bytes;
        if (!_debounce!.Add(element, _nowUnixMs, out var leftOut))
            return;

        Bytes -= leftOut.Bytes;
        _counts = _counts with { Debounced = _counts.Debounced + 1 };
    }

    /// <summary>What has been quiet for long enough leaves debounce, each at its own time, however late that is looked at.</summary>
    private void Advance(long nowUnixMs)
    {
        _nowUnixMs = Math.Max(_nowUnixMs, nowUnixMs);
        while (_debounce is not null && _debounce.TryRelease(_nowUnixMs, out var element, out var dueUnixMs))
        {
            Bytes -= element.Bytes;
            Enqueue(element, dueUnixMs);
            OpenBatchIfFull();
        }
    }

    private void OpenBatchIfFull()
    {
        if (!HasRoom)
            _batch?.Open();
    }

    private void Enqueue(in Element<T> element, long sinceUnixMs)
    {
        if (ScopeOf(element) is not { } scope)
        {
            Add(element, sinceUnixMs);
            return;
        }

        switch (_conflate!.Judge(scope, element.Offset, sinceUnixMs, _lanes, out var replaced))
        {
            case ConflateVerdict.Waits:
                _conflate.Stands(scope, Add(element, sinceUnixMs));
                break;

            case ConflateVerdict.Replaces:
                _conflate.Stands(scope, Replace(replaced, element, sinceUnixMs));
                CountConflated();
                break;

            case ConflateVerdict.IsLeftOut:
                CountConflated();
                break;
        }
    }

    /// <summary>What conflation takes the element for; null: it is not conflated.</summary>
    private string? ScopeOf(in Element<T> element) => _conflate is null || _immediate.Contains(element.Type) ? null : _conflate.ScopeOf(element);

    private int Add(in Element<T> element, long sinceUnixMs)
    {
        var lane = LaneOf(element);
        _areOffsetsCurrent = false;
        Bytes += element.Bytes;
        if (IsGated(lane))
            _batch?.Enter(element.Bytes, sinceUnixMs);

        return _lanes.Add(lane, element, sinceUnixMs);
    }

    /// <summary>The newer one goes to the end of its lane, and inherits how long its key has waited. Where both wait for the batch, that goes on as if nothing had been.</summary>
    private int Replace(int replaced, in Element<T> element, long sinceUnixMs)
    {
        var (older, lane) = (_lanes[replaced].Element, LaneOf(element));
        var waitsSinceUnixMs = _lanes[replaced].SinceUnixMs;
        var (wasGated, isGated) = (IsGated(LaneOf(older)), IsGated(lane));
        if (wasGated && isGated)
            _batch?.Replace(older.Bytes, element.Bytes);
        else if (wasGated)
            _batch?.Leave(older.Bytes);
        else if (isGated)
            _batch?.Enter(element.Bytes, sinceUnixMs);

        _areOffsetsCurrent = false;
        Bytes += element.Bytes - older.Bytes;
        _lanes.Remove(LaneOf(older), replaced);
        return _lanes.Add(lane, element, waitsSinceUnixMs);
    }

    private void Remove(int lane, int place)
    {
        var element = _lanes[place].Element;
        _areOffsetsCurrent = false;
        Bytes -= element.Bytes;
        if (IsGated(lane))
            _batch?.Leave(element.Bytes);

        if (ScopeOf(element) is { } scope)
            _conflate!.Leaves(scope, place);

        _lanes.Remove(lane, place);
    }

    /// <summary>When the first of a lane leaves, as far as that is known; <see cref="long.MaxValue"/>: when something older has left debounce.</summary>
    private long LeavesAtUnixMs(int lane, in Element<T> first)
    {
        if (first.Offset <= _flushedTo)
            return _nowUnixMs;

        if (_settings.InOrder && !InOrder.MayLeave(first, _debounce))
            return long.MaxValue;

        if (!IsGated(lane))
            return _nowUnixMs;

        var opensAtUnixMs = _batch?.OpensAtUnixMs(_nowUnixMs) ?? _nowUnixMs;
        return Math.Max(opensAtUnixMs, _rate?.AllowsAtUnixMs(_nowUnixMs) ?? _nowUnixMs);
    }

    /// <summary>Whether this lane waits for the batch and the rate.</summary>
    private static bool IsGated(int lane) => lane != Lanes.Critical;

    private int LaneOf(in Element<T> element) => _settings.InOrder ? Lanes.Normal : element.Lane;

    private void CountConflated()
    {
        _areOffsetsCurrent = false;
        _counts = _counts with { Conflated = _counts.Conflated + 1 };
    }
}
