namespace RealTimeActors.Hosting.Telemetry.Exposition;

/// <summary>One figure with all its labels, as Prometheus knows it.</summary>
/// <param name="Name">With unit, without <c>_total</c>: as <c>realtime_sent_bytes</c>.</param>
/// <param name="Unit">In Prometheus' words, as <c>seconds</c>; empty: none.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Kind">Its type.</param>
/// <param name="Points">One per set of labels.</param>
internal sealed record MetricFamily(string Name, string Unit, string Help, MetricKind Kind, IReadOnlyList<MetricSample> Points);
