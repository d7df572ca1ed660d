using System.Globalization;
using System.Text;

namespace RealTimeActors.Hosting.Telemetry.Exposition;

/// <summary>
/// Writes figures as Prometheus text 0.0.4, or as OpenMetrics 1.0.0, which differ in where <c>_total</c> stands, in the unit line, in escapes and whole numbers, and in the end mark.
/// </summary>
internal sealed class PrometheusText(bool isOpenMetrics)
{
    private readonly StringBuilder _text = new(16_384);

    /// <summary>All of it. Line ends are LF, the last line has one, too.</summary>
    /// <param name="families">Sorted by name, so that each stands once.</param>
    /// <param name="target">What the figures are of (<c>target_info</c>).</param>
    /// <param name="isOpenMetrics">Which of the two.</param>
    internal static byte[] Write(IReadOnlyList<MetricFamily> families, IReadOnlyList<KeyValuePair<string, string>> target, bool isOpenMetrics)
    {
        var writer = new PrometheusText(isOpenMetrics);
        writer.WriteTarget(target);
        foreach (var family in families)
            writer.Write(family);

        if (isOpenMetrics)
            writer._text.Append("# EOF\n");

        return Encoding.UTF8.GetBytes(writer._text.ToString());
    }

    private void WriteTarget(IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        Head(isOpenMetrics ? "target" : "target_info", isOpenMetrics ? "info" : "gauge", "", "What these figures are of.");
        Sample("target_info", labels, "1");
    }

    private void Write(MetricFamily family)
    {
        if (family.Points.Count == 0)
            return;

        var total = family.Kind == MetricKind.Counter ? family.Name + "_total" : family.Name;
        var type = family.Kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Gauge => "gauge",
            _ => "histogram",
        };
        Head(isOpenMetrics ? family.Name : total, type, family.Unit, family.Help);
        foreach (var point in family.Points)
        {
            if (family.Kind == MetricKind.Histogram)
                Histogram(family.Name, point);
            else
                Sample(total, point.Labels, Number(point.Value));
        }
    }

    private void Histogram(string name, MetricSample point)
    {
        foreach (var (bound, count) in point.Buckets)
            Sample(name + "_bucket", [.. point.Labels, new("le", Bound(bound))], Number(count));

        Sample(name + "_sum", point.Labels, Number(point.Value));
        Sample(name + "_count", point.Labels, Number(point.Count));
    }

    private void Head(string name, string type, string unit, string help)
    {
        if (help.Length > 0)
            _text.Append("# HELP ").Append(name).Append(' ').Append(Escaped(help, quotes: isOpenMetrics)).Append('\n');

        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        if (isOpenMetrics && unit.Length > 0)
            _text.Append("# UNIT ").Append(name).Append(' ').Append(unit).Append('\n');
    }

    private void Sample(string name, IReadOnlyList<KeyValuePair<string, string>> labels, string value)
    {
        _text.Append(name);
        for (var i = 0; i < labels.Count; i++)
            _text.Append(i == 0 ? '{' : ',').Append(labels[i].Key).Append("=\"").Append(Escaped(labels[i].Value, quotes: true)).Append('"');

        if (labels.Count > 0)
            _text.Append('}');

        _text.Append(' ').Append(value).Append('\n');
    }

    private static string Escaped(string text, bool quotes)
    {
        text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        // Whole numbers without an exponent, as far as a double holds them exactly: so do people read them.
        _ when Math.Abs(value) < 1L << 53 && value == Math.Floor(value) => ((long)value).ToString(CultureInfo.InvariantCulture),
        _ => value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e'),
    };

    /// <summary>In OpenMetrics a bound is written with a fraction, always, because it is compared as text.</summary>
    private string Bound(double bound)
    {
        var number = Number(bound);
        return isOpenMetrics && !double.IsInfinity(bound) && number.AsSpan().IndexOfAny('.', 'e') < 0 ? number + ".0" : number;
    }
}
