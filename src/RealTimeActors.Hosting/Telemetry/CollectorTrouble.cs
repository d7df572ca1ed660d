using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;

namespace RealTimeActors.Hosting.Telemetry;

/// <summary>Tells the log when the collector cannot be reached or refuses what it is sent: the SDK itself only tells those who trace it. At most one line a minute.</summary>
internal sealed partial class CollectorTrouble : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private const int CharactersMax = 300;
    private static readonly TimeSpan _pause = TimeSpan.FromMinutes(1);

    // The base class calls OnEventSourceCreated before this constructor has run.
    private readonly ILogger? _log;
    private readonly TimeProvider? _time;
    private long _lastAt;

    internal CollectorTrouble(ILogger log, TimeProvider time)
    {
        _log = log;
        _time = time;
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter)
            EnableEvents(eventSource, EventLevel.Warning);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (_log is null || _time is null)
            return;

        var last = Interlocked.Read(ref _lastAt);
        var now = _time.GetTimestamp();
        if ((last > 0 && _time.GetElapsedTime(last, now) < _pause) || Interlocked.CompareExchange(ref _lastAt, now, last) != last)
            return;

        // The payload names the address and the exception; headers are not part of it.
        var text = string.Join(' ', eventData.Payload?.Select(part => $"{part}".Split('\n')[0]) ?? []);
        NotSent(_log, eventData.EventName ?? "", text.Length > CharactersMax ? text[..CharactersMax] : text);
    }

    [LoggerMessage(EventId = 3201, Level = LogLevel.Warning, Message = "Figures or traces could not be sent to the collector (realtime.telemetry.otlp): {What} {Why}. It is tried again; this is told once a minute at most")]
    private static partial void NotSent(ILogger log, string what, string why);
}
