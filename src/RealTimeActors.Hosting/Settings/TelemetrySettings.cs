namespace RealTimeActors.Hosting.Settings;

/// <summary>What is measured and followed, and where it goes (<c>realtime.telemetry</c>).</summary>
public sealed record TelemetrySettings
{
    /// <summary>Whether there is anything to see at <c>/metrics</c>.</summary>
    public bool Metrics { get; init; } = true;

    /// <summary>Which part of the requests is followed, 0 … 1. Default 0: none, and then nothing is done for it.</summary>
    public double TraceSample { get; init; }

    /// <summary>Where figures and traces are sent to; null: nowhere.</summary>
    public OtlpSettings? Otlp { get; init; }

    /// <summary>Whether anybody looks at the figures.</summary>
    internal bool IsMeasured => Metrics || Otlp is not null;
}
