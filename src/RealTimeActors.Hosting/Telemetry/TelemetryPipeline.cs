using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Hosting.Settings;

namespace RealTimeActors.Hosting.Telemetry;

/// <summary>
/// OpenTelemetry as the settings want it, for an application that has none of its own: aggregates the figures for <c>/metrics</c> and the collector, samples traces.
/// </summary>
/// <remarks>Lives as long as the host; what was not sent is sent when it ends, bounded.</remarks>
internal sealed class TelemetryPipeline : IDisposable
{
    private const int FlushWithinMs = 2_000;
    private static readonly string[] _meters = [EngineMeters.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    private readonly CollectorTrouble? _trouble;
    private readonly MeterProvider? _metrics;
    private readonly TracerProvider? _traces;

    public TelemetryPipeline(
        ServerSettings settings, IMeterFactory meters, EngineMeters engine, ActivitySource spans, ActivitySource? requests, TimeProvider time, ILogger<TelemetryPipeline> log)
    {
        var telemetry = settings.Telemetry;
        _trouble = telemetry.Otlp is null ? null : new CollectorTrouble(log, time);
        KeyValuePair<string, string>[] target =
        [
            new("service_instance_id", settings.Engine.Node), new("service_name", "realtime"), new("service_version", Version),
        ];
        var resource = ResourceBuilder.CreateEmpty().AddService("realtime", serviceVersion: Version, serviceInstanceId: settings.Engine.Node);
        if (telemetry.IsMeasured)
        {
            var exporter = telemetry.Metrics ? new PullExporter() : null;
            _metrics = Measure(telemetry, resource, exporter, meters);
            engine.BeginAtZero();
            Source = exporter is null ? null : new MetricsSource(exporter, target, time);
        }

        if (telemetry is { Otlp: { } collector, TraceSample: > 0 })
            _traces = Follow(telemetry.TraceSample, collector, resource, spans, requests);
    }

    /// <summary>For <c>/metrics</c>; null: it is switched off.</summary>
    internal MetricsSource? Source { get; }

    private static string Version { get; } =
        typeof(TelemetryPipeline).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public void Dispose()
    {
        _traces?.Shutdown(FlushWithinMs);
        _metrics?.Shutdown(FlushWithinMs);
        _traces?.Dispose();
        _metrics?.Dispose();
        Source?.Dispose();
        _trouble?.Dispose();
    }

    private static MeterProvider Measure(TelemetrySettings telemetry, ResourceBuilder resource, PullExporter? exporter, IMeterFactory meters)
    {
        // Two nodes of one process have meters of one name; each looks only at its own, and at those of the process.
        var builder = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(_meters)
            .AddView(instrument => instrument.Meter.Scope is IMeterFactory other && !ReferenceEquals(other, meters) ? MetricStreamConfiguration.Drop : null);
        if (exporter is not null)
            builder.AddReader(new BaseExportingMetricReader(exporter));

        if (telemetry.Otlp is { } collector)
        {
            builder.AddReader(new PeriodicExportingMetricReader(
                new OtlpMetricExporter(OptionsOf(collector, "v1/metrics")), (int)collector.Interval.TotalMilliseconds));
        }

        return builder.Build();
    }

    private static TracerProvider Follow(double sample, OtlpSettings collector, ResourceBuilder resource, ActivitySource spans, ActivitySource? requests) => Sdk.CreateTracerProviderBuilder()
        .SetResourceBuilder(resource)
        .AddSource(EngineMeters.Name, "Microsoft.AspNetCore")
        .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(sample)))
        .AddProcessor(new OwnSpanProcessor(new OtlpTraceExporter(OptionsOf(collector, "v1/traces")), spans, requests))
        .Build();

    private static OtlpExporterOptions OptionsOf(OtlpSettings collector, string path) => new()
    {
        Protocol = collector.IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
        Endpoint = collector.IsGrpc ? collector.Endpoint : new Uri($"{collector.Endpoint.AbsoluteUri.TrimEnd('/')}/{path}"),
        Headers = string.Join(',', collector.Headers.Select(header => $"{header.Name}={Uri.EscapeDataString(header.Value)}")),
    };
}
