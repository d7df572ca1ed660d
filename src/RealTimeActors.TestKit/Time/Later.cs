namespace RealTimeActors.TestKit.Time;

/// <summary>Things that happen once, later. A simulation has one for every message on a wire: in virtual time they cost one object instead of four.</summary>
internal static class Later
{
    internal static ITimer Once(this TimeProvider time, TimeSpan delay, Action act)
    {
        if (time is VirtualTime simulated)
            return simulated.Once(delay, act);

        // Armed only when it is known, should the time of this world fire a timer that is due at once while making it.
        ITimer? timer = null;
        timer = time.CreateTimer(
            _ =>
            {
                timer!.Dispose();
                act();
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        timer.Change(delay, Timeout.InfiniteTimeSpan);
        return timer;
    }
}
