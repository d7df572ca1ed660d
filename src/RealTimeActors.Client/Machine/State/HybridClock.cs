namespace RealTimeActors.Client.Machine.State;

/// <summary>Stamps edits: the wall clock's time as the server would read it, and always later than the stamp before, whatever the wall clock does.</summary>
/// <param name="wall">The wall clock, ms since 1970.</param>
/// <param name="last">The latest stamp that was ever given, by a former process too.</param>
internal sealed class HybridClock(Func<long> wall, long last)
{
    private long _last = last;
    private bool _isTold;

    /// <summary>What has to be added to the wall clock to read what the server reads.</summary>
    internal long AheadMs { get; private set; }

    /// <summary>What the server reads just now, as far as it is known.</summary>
    internal long Now => wall() + AheadMs;

    internal long Next() => _last = Math.Max(Now, _last + 1);

    /// <summary>The server has said what time it is. An edit that is made on a clock that is an hour wrong, and sent later, would otherwise win or lose against everybody.</summary>
    /// <param name="serverUnixMs">What it said; 0: nothing.</param>
    /// <param name="agoMs">How long ago, by an estimate.</param>
    /// <returns>What has to be added to the stamps that were given in this process so far: not 0 where this is the server's first word, and the wall clock is wrong.</returns>
    internal long Observe(long serverUnixMs, long agoMs)
    {
        if (serverUnixMs <= 0)
            return 0;

        // How long the way was is not known any better, so that a clock which is right would only be made worse.
        var ahead = serverUnixMs + agoMs - wall();
        AheadMs = Math.Abs(ahead) < RightWithinMs ? 0 : ahead;
        var wrongBy = _isTold ? 0 : AheadMs;
        _isTold = true;
        return wrongBy;
    }

    /// <summary>Stamps of a clock that was ahead are no measure any more, unless an edit that bears one still waits: it would be ahead of all that this client does until that time has come.</summary>
    /// <param name="latestWaiting">The latest stamp of those that wait; 0: none does.</param>
    internal void GoOnBehind(long latestWaiting)
    {
        if (_isTold && _last > Now + RightWithinMs)
            _last = latestWaiting;
    }

    private const long RightWithinMs = 1_000;
}
