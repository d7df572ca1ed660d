using RealTimeActors.Edge.Metrics;
using RealTimeActors.Hosting.Telemetry.Exposition;

namespace RealTimeActors.Hosting.Telemetry;

/// <summary>Answers scrapes: one collection at a time, and none so soon after the last that a crowd of scrapers would keep the server busy.</summary>
internal sealed class MetricsSource(PullExporter exporter, IReadOnlyList<KeyValuePair<string, string>> target, TimeProvider time) : IMetricsSource, IDisposable
{
    /// <summary>What was collected is good for so long.</summary>
    internal static readonly TimeSpan KeptFor = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<MetricsFormat, byte[]> _written = [];
    private IReadOnlyList<MetricFamily>? _families;
    private long _collectedAt;
    private DateTimeOffset _at;

    public async Task<ReadOnlyMemory<byte>> ScrapeAsync(MetricsFormat format, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_families is null || time.GetElapsedTime(_collectedAt) > KeptFor)
            {
                _families = exporter.Export();
                _collectedAt = time.GetTimestamp();
                _at = time.GetUtcNow();
                _written.Clear();
            }

            if (!_written.TryGetValue(format, out var text))
                _written.Add(format, text = Write(format, _families));

            return text;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private byte[] Write(MetricsFormat format, IReadOnlyList<MetricFamily> families) => format switch
    {
        MetricsFormat.Json => MetricsJson.Write(families, target, _at),
        _ => PrometheusText.Write(families, target, isOpenMetrics: format == MetricsFormat.OpenMetrics),
    };
}
