using System.Diagnostics;
using RealTimeActors.Engine.Telemetry;

namespace RealTimeActors.Hosting.Telemetry;

/// <summary>One request that is followed.</summary>
internal sealed class ActivityTrace(Activity activity) : ITrace
{
    private int _ended;

    // Events of an activity may be added from any thread; after its end they are left out.
    public void Mark(string what)
    {
        if (Volatile.Read(ref _ended) == 0 && activity.IsAllDataRequested)
            activity.AddEvent(new ActivityEvent(what));
    }

    public void End(string? error)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;

        if (error is not null)
        {
            activity.SetTag("error.type", error);
            activity.SetStatus(ActivityStatusCode.Error);
        }

        var current = Activity.Current;
        activity.Stop();
        Activity.Current = current;
    }
}
