using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RealTimeActors.Hammer.Running;

/// <summary>What the run is like.</summary>
internal sealed record HammerOptions
{
    internal double Seconds { get; init; } = 10;

    /// <summary>Whether the server is killed and started again meanwhile.</summary>
    internal bool Kills { get; init; }

    /// <summary>Where the history goes.</summary>
    internal string HistoryFile { get; init; } = "hammer.jsonl";

    internal static bool TryParse(string[] args, [NotNullWhen(true)] out HammerOptions? options, [NotNullWhen(false)] out string? error)
    {
        options = new HammerOptions();
        error = null;
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--kill":
                    options = options with { Kills = true };
                    break;
                case "--seconds" when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 3_600:
                    options = options with { Seconds = seconds };
                    i++;
                    break;
                case "--history" when value is not null:
                    options = options with { HistoryFile = value };
                    i++;
                    break;
                default:
                    error = $"--seconds N (up to 3600), --kill and --history FILE are expected, or: check FILE; '{args[i]}{(value is null ? "" : " " + value)}' came.";
                    options = null;
                    return false;
            }
        }

        return true;
    }

    /// <summary>Says what was expected.</summary>
    /// <returns>The exit code.</returns>
    internal static int Explain(string error)
    {
        Console.Error.WriteLine(error);
        return 2;
    }
}
