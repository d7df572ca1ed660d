using System.Buffers;
using System.Text.Json;

namespace RealTimeActors.Hosting.Telemetry.Exposition;

/// <summary>Writes figures for programs that would rather not read Prometheus text.</summary>
internal static class MetricsJson
{
    internal static byte[] Write(IReadOnlyList<MetricFamily> families, IReadOnlyList<KeyValuePair<string, string>> target, DateTimeOffset at)
    {
        var buffer = new ArrayBufferWriter<byte>(16_384);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("at", at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
            WriteLabels(json, "target", target);
            json.WriteStartArray("metrics");
            foreach (var family in families)
                Write(json, family);

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, MetricFamily family)
    {
        json.WriteStartObject();
        json.WriteString("name", family.Kind == MetricKind.Counter ? family.Name + "_total" : family.Name);
        json.WriteString("type", family.Kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Gauge => "gauge",
            _ => "histogram",
        });
        json.WriteString("unit", family.Unit);
        json.WriteString("help", family.Help);
        json.WriteStartArray("points");
        foreach (var point in family.Points)
        {
            json.WriteStartObject();
            WriteLabels(json, "labels", point.Labels);
            if (family.Kind == MetricKind.Histogram)
                WriteHistogram(json, point);
            else
                WriteNumber(json, "value", point.Value);

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteHistogram(Utf8JsonWriter json, MetricSample point)
    {
        json.WriteNumber("count", point.Count);
        WriteNumber(json, "sum", point.Value);
        json.WriteStartArray("buckets");
        foreach (var (bound, count) in point.Buckets)
        {
            json.WriteStartObject();
            WriteNumber(json, "le", bound);
            json.WriteNumber("count", count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>JSON has no infinity: it is null.</summary>
    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }

    private static void WriteLabels(Utf8JsonWriter json, string name, IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in labels)
            json.WriteString(key, value);

        json.WriteEndObject();
    }
}
