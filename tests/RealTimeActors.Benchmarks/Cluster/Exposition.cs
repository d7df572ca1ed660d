using System.Globalization;

namespace RealTimeActors.Benchmarks.Cluster;

/// <summary>Reads what a node says at <c>/metrics</c>.</summary>
internal static class Exposition
{
    /// <summary>The sum of a metric over all its labels; 0 where there is none of it.</summary>
    internal static double Sum(string text, string name)
    {
        var sum = 0.0;
        foreach (var line in text.Split('\n'))
        {
            if (!line.StartsWith(name, StringComparison.Ordinal) || line.Length == name.Length || line[name.Length] is not (' ' or '{')) continue;

            // name{label="may hold anything"} value [time]
            var value = line[(line.LastIndexOf('}') is >= 0 and var end ? end + 1 : name.Length)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
            sum += double.Parse(value, CultureInfo.InvariantCulture);
        }

        return sum;
    }
}
