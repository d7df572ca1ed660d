namespace RealTimeActors.Edge.WebSockets;

/// <summary>How many frames that bring nothing one connection may send: so many a second, and twice as many at once.</summary>
internal struct LightFrameBudget(int perSecond)
{
    private double _left = perSecond * 2.0;
    private long _at;

    /// <summary>Takes them from what is left; false: there is not so much left.</summary>
    internal bool TryTake(int count, TimeProvider time)
    {
        var now = time.GetTimestamp();
        if (_at != 0)
            _left = Math.Min(perSecond * 2.0, _left + (time.GetElapsedTime(_at, now).TotalSeconds * perSecond));

        _at = now;
        _left -= count;
        return _left >= 0;
    }
}
