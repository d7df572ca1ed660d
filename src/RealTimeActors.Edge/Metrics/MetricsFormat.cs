namespace RealTimeActors.Edge.Metrics;

/// <summary>How the figures are written.</summary>
public enum MetricsFormat
{
    /// <summary>Prometheus text, version 0.0.4: what every scraper reads.</summary>
    PrometheusText,

    /// <summary>OpenMetrics text, version 1.0.0.</summary>
    OpenMetrics,

    /// <summary>The same figures for programs.</summary>
    Json,
}
