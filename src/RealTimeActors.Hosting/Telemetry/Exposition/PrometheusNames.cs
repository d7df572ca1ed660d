using System.Text;

namespace RealTimeActors.Hosting.Telemetry.Exposition;

/// <summary>
/// Names and units of OpenTelemetry as Prometheus wants them: <c>realtime.journal.append.duration</c> in <c>s</c> becomes <c>realtime_journal_append_duration_seconds</c>.
/// By OpenTelemetry's specification of Prometheus compatibility.
/// </summary>
internal static class PrometheusNames
{
    /// <summary>The name without <c>_total</c>, the unit at its end.</summary>
    internal static string Family(string name, string unit)
    {
        var clean = Clean(name, allowColon: true);
        if (clean.EndsWith("_total", StringComparison.Ordinal))
            clean = clean[..^"_total".Length];

        return unit.Length == 0 || clean == unit || clean.EndsWith("_" + unit, StringComparison.Ordinal) ? clean : $"{clean}_{unit}";
    }

    /// <summary>The word for a unit of UCUM; empty for numbers of things (<c>{event}</c>) and for what has none.</summary>
    internal static string Unit(string? unit, MetricKind kind)
    {
        if (string.IsNullOrEmpty(unit))
            return "";

        if (unit == "1")
            return kind == MetricKind.Gauge ? "ratio" : "";

        var slash = unit.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return Word(unit);

        var (over, under) = (unit[..slash], unit[(slash + 1)..]);
        return under.StartsWith('{') ? Word(over) : $"{Word(over)}_per_{Word(under).TrimEnd('s')}".Trim('_');
    }

    internal static string Label(string name) => Clean(name, allowColon: false);

    private static string Word(string unit) => unit switch
    {
        ['{', ..] => "",
        "d" => "days",
        "h" => "hours",
        "min" => "minutes",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "By" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "GiBy" => "gibibytes",
        "Hz" => "hertz",
        "Cel" => "celsius",
        "%" => "percent",
        _ => Clean(unit, allowColon: false),
    };

    /// <summary>Letters, digits and single underscores, no digit first.</summary>
    private static string Clean(string name, bool allowColon)
    {
        var clean = new StringBuilder(name.Length + 1);
        foreach (var c in name)
        {
            var isTaken = char.IsAsciiLetterOrDigit(c) || (allowColon && c == ':');
            if (isTaken && clean.Length == 0 && char.IsAsciiDigit(c))
                clean.Append('_');

            if (isTaken)
                clean.Append(c);
            else if (clean.Length == 0 || clean[^1] != '_')
                clean.Append('_');
        }

        return clean.Length == 0 ? "_" : clean.ToString();
    }
}
