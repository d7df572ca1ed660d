using System.Diagnostics;
using OpenTelemetry;

namespace RealTimeActors.Hosting.Telemetry;

/// <summary>Sends the spans of this node and of the requests to its application. Sources are listened to by their names, so another node of the same process is heard as well: its spans are its own affair.</summary>
/// <param name="exporter">Where they are sent.</param>
/// <param name="own">What this node follows.</param>
/// <param name="requests">The source of the spans of HTTP requests; null: there is no web server.</param>
internal sealed class OwnSpanProcessor(BaseExporter<Activity> exporter, ActivitySource own, ActivitySource? requests) : BatchActivityExportProcessor(exporter)
{
    public override void OnEnd(Activity data)
    {
        if (ReferenceEquals(data.Source, own) || ReferenceEquals(data.Source, requests))
            base.OnEnd(data);
    }
}
