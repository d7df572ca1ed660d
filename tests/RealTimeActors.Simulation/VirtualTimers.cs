using RealTimeActors.TestKit.Time;

namespace RealTimeActors.Simulation;

/// <summary>Things that happen later in virtual time.</summary>
internal static class VirtualTimers
{
    /// <summary>Again and again after pauses that are drawn each time, until the condition no longer holds.</summary>
    public static void Every(this VirtualTime time, Func<TimeSpan> pause, Func<bool> goesOn, Action act) => time.After(pause(), () =>
    {
        if (!goesOn())
            return;

        act();
        time.Every(pause, goesOn, act);
    });
}
