using RealTimeActors.TestKit.Time;

namespace RealTimeActors.Simulation;

/// <summary>Things that happen later in virtual time.</summary>
internal static class VirtualTimers
{
    public static void After(this VirtualTime time, TimeSpan delay, Action act)
    {
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
    }

    /// <summary>Again and again after pauses that are drawn each time, until the condition no longer holds.</summary>
    public static void Every(this VirtualTime time, Func<TimeSpan> pause, Func<bool> goesOn, Action act) => time.After(pause(), () =>
    {
        if (!goesOn())
            return;

        act();
        time.Every(pause, goesOn, act);
    });
}
