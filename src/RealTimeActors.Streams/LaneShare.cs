namespace RealTimeActors.Streams;

/// <summary>
/// Which lane is served first: the most urgent that has something, except that a lane that waited while many bytes of more urgent lanes went out gets a short turn. So a
/// flood in one lane cannot starve those below it.
/// </summary>
/// <example><code>
/// while (share.Next(waiting) is >= 0 and var lane)
/// {
///     share.Wrote(lane, Write(lane, atMost: share.BytesMax));
///     waiting = …                                            // bit n: lane n has something that may leave
/// }
/// </code></example>
public sealed class LaneShare
{
    /// <summary>So many bytes of more urgent lanes go out past one that waits before it gets a turn.</summary>
    public const long TurnAfterBytes = 1_024 * 1_024;

    /// <summary>So many bytes are a turn.</summary>
    public const long TurnBytes = 64 * 1_024;

    private const int None = -1;

    private readonly long[] _passedBytes = new long[Lanes.Count];
    private int _waiting;
    private int _turn = None;
    private long _turnBytesLeft;

    /// <summary>How many bytes of the lane that <see cref="Next"/> gave may be written before it is asked again. An event is not cut for it: the last may exceed it.</summary>
    public long BytesMax { get; private set; }

    /// <summary>The lane to serve now, of those whose bits are set; −1: none has anything.</summary>
    public int Next(int waiting)
    {
        _waiting = waiting;
        for (var lane = 0; lane < Lanes.Count; lane++)
        {
            if (!Waits(lane))
                _passedBytes[lane] = 0;
        }

        if (_turn != None && (_turnBytesLeft <= 0 || !Waits(_turn)))
            _turn = None;

        if (_turn == None)
            BeginTurn();

        if (_turn == None)
            return MostUrgent();

        BytesMax = _turnBytesLeft;
        return _turn;
    }

    /// <summary>So much of the lane went out. Lanes below it that had something have waited for it.</summary>
    public void Wrote(int lane, long bytes)
    {
        if (lane == _turn)
            _turnBytesLeft -= bytes;

        for (var lower = lane + 1; lower < Lanes.Count; lower++)
        {
            if (Waits(lower))
                _passedBytes[lower] += bytes;
        }
    }

    private void BeginTurn()
    {
        for (var lane = 1; lane < Lanes.Count; lane++)
        {
            if (_passedBytes[lane] < TurnAfterBytes)
                continue;

            (_turn, _turnBytesLeft) = (lane, TurnBytes);
            _passedBytes[lane] = 0;
            return;
        }
    }

    private int MostUrgent()
    {
        var first = None;
        BytesMax = TurnAfterBytes;
        for (var lane = 0; lane < Lanes.Count; lane++)
        {
            if (!Waits(lane))
                continue;

            if (first == None)
                first = lane;
            else
                BytesMax = Math.Min(BytesMax, TurnAfterBytes - _passedBytes[lane]);
        }

        return first;
    }

    private bool Waits(int lane) => (_waiting & (1 << lane)) != 0;
}
