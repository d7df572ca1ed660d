namespace RealTimeActors.Engine.Connections;

/// <summary>How often a question that nobody took is asked again at once. Mostly it waits in its shard then, for whoever has that next; where it is refused again and again, there is no room to wait in, or who is
/// asked has not got it any more, and to ask on without a pause would keep the node busy with nothing else.</summary>
internal struct Refusals
{
    /// <summary>So many at once.</summary>
    internal const int AtOnceMax = 10;

    /// <summary>In so long, milliseconds.</summary>
    internal const long WithinMs = 500;

    private long _sinceUnixMs;
    private int _times;

    /// <summary>It was refused now. False: it is to be asked again later.</summary>
    internal bool MayAskAtOnce(long nowUnixMs)
    {
        if (Math.Abs(nowUnixMs - _sinceUnixMs) >= WithinMs)
            (_sinceUnixMs, _times) = (nowUnixMs, 0);

        return ++_times <= AtOnceMax;
    }
}
