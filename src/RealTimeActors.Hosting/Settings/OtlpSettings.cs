namespace RealTimeActors.Hosting.Settings;

/// <summary>A collector that takes OTLP (<c>realtime.telemetry.otlp</c>).</summary>
public sealed record OtlpSettings
{
    /// <summary>Its address, as <c>http://localhost:4317</c>. Over HTTP <c>/v1/metrics</c> and <c>/v1/traces</c> are put behind it.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Whether it is spoken to by gRPC; otherwise by protobuf over HTTP.</summary>
    public bool IsGrpc { get; init; } = true;

    /// <summary>Headers that go along (as a token for the collector): secret.</summary>
    public IReadOnlyList<OtlpHeader> Headers { get; init; } = [];

    /// <summary>How often figures are sent.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);
}
