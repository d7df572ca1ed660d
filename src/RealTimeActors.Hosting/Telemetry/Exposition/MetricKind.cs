namespace RealTimeActors.Hosting.Telemetry.Exposition;

/// <summary>The three types of figures that are shown.</summary>
internal enum MetricKind
{
    /// <summary>It only grows.</summary>
    Counter,

    /// <summary>It is what it is just now.</summary>
    Gauge,

    /// <summary>How many were how large.</summary>
    Histogram,
}
