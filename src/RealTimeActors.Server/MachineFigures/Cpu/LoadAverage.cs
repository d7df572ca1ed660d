namespace RealTimeActors.Server.MachineFigures.Cpu;

/// <summary>How many tasks ran or wanted to, on average, from <c>/proc/loadavg</c>.</summary>
internal sealed record LoadAverage(double OneMinute, double FiveMinutes, double FifteenMinutes)
{
    /// <summary>Reads the text of <c>/proc/loadavg</c>; null when it is not three numbers and more.</summary>
    internal static LoadAverage? Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words.Length >= 3 && TryParse(words[0], out var one) && TryParse(words[1], out var five) && TryParse(words[2], out var fifteen)
            ? new LoadAverage(one, five, fifteen)
            : null;

        // Infinity and NaN parse as doubles, and have no place in JSON.
        static bool TryParse(string word, out double value) => double.TryParse(word, out value) && double.IsFinite(value);
    }
}
