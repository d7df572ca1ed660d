using OpenTelemetry;
using OpenTelemetry.Metrics;
using RealTimeActors.Hosting.Telemetry.Exposition;

namespace RealTimeActors.Hosting.Telemetry;

/// <summary>The SDK's end of <c>/metrics</c>: exports when it is asked, into memory.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PullExporter : BaseExporter<Metric>, IPullMetricExporter
{
    /// <summary>Set by the reader.</summary>
    public Func<int, bool>? Collect { get; set; }

    private IReadOnlyList<MetricFamily>? _exported;

    /// <summary>What there is now. One at a time.</summary>
    internal IReadOnlyList<MetricFamily> Export()
    {
        var collect = Collect ?? throw new InvalidOperationException("The exporter was not given to a reader.");
        _exported = null;
        collect(Timeout.Infinite);
        return _exported ?? throw new InvalidOperationException("The figures could not be collected; the server may be stopping.");
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        _exported = MetricFamilies.Copy(batch);
        return ExportResult.Success;
    }
}
