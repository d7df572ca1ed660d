using System.Globalization;

namespace RealTimeActors.Hosting.Settings;

/// <summary>Durations and sizes as people write them, in HOCON's words.</summary>
internal static class Units
{
    internal const string Durations = "a number with ms, s, m, h or d, as 100ms, 5s or 7d";
    internal const string Sizes = "a number of bytes, or one with KiB, MiB or GiB, as 64KiB";

    /// <summary>A number without a unit counts milliseconds.</summary>
    internal static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = default;
        if (!TrySplit(text, out var number, out var unit))
            return false;

        double? seconds = unit switch
        {
            "" or "ms" or "milli" or "millis" or "millisecond" or "milliseconds" => number / 1_000,
            "s" or "second" or "seconds" => number,
            "m" or "min" or "minute" or "minutes" => number * 60,
            "h" or "hour" or "hours" => number * 3_600,
            "d" or "day" or "days" => number * 86_400,
            _ => null,
        };
        if (seconds is not { } value || value > TimeSpan.MaxValue.TotalSeconds / 2)
            return false;

        duration = TimeSpan.FromSeconds(value);
        return true;
    }

    /// <summary>A number without a unit counts bytes.</summary>
    internal static bool TryBytes(string text, out long bytes)
    {
        bytes = 0;
        if (!TrySplit(text, out var number, out var unit))
            return false;

        double? factor = unit switch
        {
            "" or "B" or "b" or "byte" or "bytes" => 1,
            "kB" or "kilobyte" or "kilobytes" => 1e3,
            "MB" or "megabyte" or "megabytes" => 1e6,
            "GB" or "gigabyte" or "gigabytes" => 1e9,
            "K" or "k" or "Ki" or "KiB" or "kibibyte" or "kibibytes" => 1L << 10,
            "M" or "m" or "Mi" or "MiB" or "mebibyte" or "mebibytes" => 1L << 20,
            "G" or "g" or "Gi" or "GiB" or "gibibyte" or "gibibytes" => 1L << 30,
            "T" or "t" or "Ti" or "TiB" or "tebibyte" or "tebibytes" => 1L << 40,
            _ => null,
        };
        if (factor is not { } value || number * value > long.MaxValue / 2)
            return false;

        bytes = (long)(number * value);
        return true;
    }

    private static bool TrySplit(string text, out double number, out string unit)
    {
        text = text.Trim();
        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        unit = text[digits..].Trim();
        return double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }
}
