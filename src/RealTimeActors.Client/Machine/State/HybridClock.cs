namespace RealTimeActors.Client.Machine.State;

/// <summary>Stamps edits: the wall clock's time as the server would read it, and always later than the stamp before, whatever the wall clock does.</summary>
/// <param name="wall">The wall clock, ms since 1970.</param>
/// <param name="last">The latest stamp that was ever given, by a former process too.</param>
internal sealed class HybridClock(Func<long> wall, long last)
{
    private long _last = last;

    /// <summary>What has to be added to the wall clock to read what the server reads.</summary>
    internal long AheadMs { get; private set; }

    internal long Next() => _last = Math.Max(wall() + AheadMs, _last + 1);

    /// <summary>The server has said what time it is. An edit that is made on a clock that is an hour wrong, and sent later, would otherwise win or lose against everybody.</summary>
    /// <param name="serverUnixMs">What it said; 0: nothing.</param>
    /// <param name="agoMs">How long ago, by an estimate.</param>
    internal void Observe(long serverUnixMs, long agoMs)
    {
        if (serverUnixMs <= 0)
            return;

        // How long the way was is not known any better, so that a clock which is right would only be made worse.
        var ahead = serverUnixMs + agoMs - wall();
        AheadMs = Math.Abs(ahead) < RightWithinMs ? 0 : ahead;
    }

    private const long RightWithinMs = 1_000;
}
