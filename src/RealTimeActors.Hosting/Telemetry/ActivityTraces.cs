using System.Diagnostics;
using RealTimeActors.Engine.Telemetry;

namespace RealTimeActors.Hosting.Telemetry;

/// <summary>Follows requests as activities of the source <see cref="EngineMeters.Name"/>. While nobody listens to it, nothing is made.</summary>
internal sealed class ActivityTraces : ITraces, IDisposable
{
    private readonly ActivitySource _source = new(EngineMeters.Name);

    /// <summary>Where its spans come from: this node alone has it.</summary>
    internal ActivitySource Source => _source;

    public ITrace? Begin(string what, string? channel)
    {
        if (!_source.HasListeners())
            return null;

        // The parent is the HTTP request's own activity, where there is one. Whatever runs on this thread next has nothing to do with this request.
        var parent = Activity.Current;
        var activity = _source.StartActivity(what, parent is null ? ActivityKind.Server : ActivityKind.Internal);
        Activity.Current = parent;
        if (activity is null)
            return null;

        if (channel is not null)
            activity.SetTag("realtime.channel", channel);

        return new ActivityTrace(activity);
    }

    public void Dispose() => _source.Dispose();
}
