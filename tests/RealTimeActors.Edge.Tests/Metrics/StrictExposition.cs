using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RealTimeActors.Edge.Tests.Metrics;

/// <summary>
/// Reads Prometheus text 0.0.4 and OpenMetrics 1.0.0 by the letter of their specifications, and takes nothing that they do not allow. Written for the tests, from the specifications
/// alone: it shares nothing with the writer.
/// </summary>
internal sealed partial class StrictExposition(bool isOpenMetrics)
{
    private readonly List<ReadFamily> _families = [];

    internal IReadOnlyList<ReadFamily> Families => _families;

    /// <summary>The value of the one sample with this key; fails where there is none.</summary>
    internal double this[string key] => Find(key) ?? throw new FormatException($"{key} is expected among the figures.");

    internal double? Find(string key) => _families.SelectMany(family => family.Samples).SingleOrDefault(sample => sample.Key == key)?.Value;

    internal static StrictExposition Read(string text, bool isOpenMetrics = false)
    {
        var exposition = new StrictExposition(isOpenMetrics);
        exposition.Parse(text);
        return exposition;
    }

    private void Parse(string text)
    {
        Demand(text.Length > 0 && text[^1] == '\n', "the last line ends with a line feed", text);
        Demand(!text.Contains('\r', StringComparison.Ordinal), "lines end with a line feed alone", text);
        var lines = text[..^1].Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (isOpenMetrics && i == lines.Length - 1)
                Demand(lines[i] == "# EOF", "the last line is # EOF", lines[i]);
            else if (lines[i].StartsWith("# ", StringComparison.Ordinal))
                Describe(lines[i]);
            else
                Take(lines[i]);
        }

        foreach (var family in _families)
            new FamilyRules(family, isOpenMetrics).Check();
    }

    private void Describe(string line)
    {
        var parts = line.Split(' ', 4);
        Demand(parts.Length >= 3 && parts[1] is "HELP" or "TYPE" or "UNIT", "# HELP, # TYPE or # UNIT, and a name", line);
        Demand(MetricName().IsMatch(parts[2]), "a metric name", line);
        var family = FamilyFor(parts[2], line);
        Demand(family.Samples.Count == 0, "what a family is called stands before its samples", line);
        var rest = parts.Length > 3 ? parts[3] : "";
        switch (parts[1])
        {
            case "HELP":
                Demand(family.Help is null, "one HELP per family", line);
                family.Help = Unescape(rest, quotes: isOpenMetrics);
                break;
            case "TYPE":
                string[] types = isOpenMetrics
                    ? ["unknown", "gauge", "counter", "stateset", "info", "histogram", "gaugehistogram", "summary"]
                    : ["counter", "gauge", "histogram", "summary", "untyped"];
                Demand(family.Type is null && types.Contains(rest), "one TYPE per family, a known one", line);
                family.Type = rest;
                break;
            default:
                Demand(isOpenMetrics && family.Unit is null, "one UNIT per family, in OpenMetrics alone", line);
                family.Unit = rest;
                break;
        }
    }

    /// <summary>All lines of one family stand together: it is the last one, or a new one.</summary>
    private ReadFamily FamilyFor(string name, string line)
    {
        if (_families.Count > 0 && _families[^1].Name == name)
            return _families[^1];

        Demand(_families.TrueForAll(family => family.Name != name), "all lines of a family stand together", line);
        _families.Add(new ReadFamily(name));
        return _families[^1];
    }

    private void Take(string line)
    {
        var match = SampleLine().Match(line);
        Demand(match.Success, "name{label=\"value\",…} number", line);
        var name = match.Groups["name"].Value;
        var labels = new List<KeyValuePair<string, string>>();
        foreach (Match pair in Label().Matches(match.Groups["labels"].Value))
            labels.Add(new(pair.Groups["name"].Value, Unescape(pair.Groups["value"].Value, quotes: true)));

        Demand(labels.Select(label => label.Key).Distinct().Count() == labels.Count, "each label once", line);
        var number = match.Groups["value"].Value;
        var sample = new ReadSample(name, [.. labels.OrderBy(label => label.Key, StringComparer.Ordinal)], Number(number, line));
        var family = _families.LastOrDefault();
        Demand(family?.Type is not null && FamilyRules.Names(family, isOpenMetrics).Contains(name), "the sample of the family that was described last", line);
        Demand(family!.Samples.TrueForAll(other => other.Key != sample.Key), "each set of labels once", line);
        family.Samples.Add(sample);
    }

    internal static double Number(string text, string line) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ when Decimal().IsMatch(text) => double.Parse(text, CultureInfo.InvariantCulture),
        _ => throw new FormatException($"a number is expected: {line}"),
    };

    private static string Unescape(string text, bool quotes)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
                continue;
            }

            i++;
            Demand(i < text.Length && (text[i] is '\\' or 'n' || (quotes && text[i] == '"')), "a known escape", text);
            plain.Append(text[i] == 'n' ? '\n' : text[i]);
        }

        return plain.ToString();
    }

    internal static void Demand(bool holds, string what, string where)
    {
        if (!holds)
            throw new FormatException($"Expected {what}: {where[..Math.Min(where.Length, 300)]}");
    }

    [GeneratedRegex("""^[a-zA-Z_:][a-zA-Z0-9_:]*$""")]
    private static partial Regex MetricName();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>[a-zA-Z_][a-zA-Z0-9_]*="(\\.|[^"\\])*"(,[a-zA-Z_][a-zA-Z0-9_]*="(\\.|[^"\\])*")*)\})? (?<value>\S+)$""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("""(?<name>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>(\\.|[^"\\])*)"(,|$)""")]
    private static partial Regex Label();

    [GeneratedRegex("""^-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?$""")]
    private static partial Regex Decimal();
}
