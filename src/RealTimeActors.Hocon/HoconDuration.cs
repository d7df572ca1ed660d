namespace RealTimeActors.Hocon;

/// <summary>Durations as they are written in HOCON: a number and a unit, <c>1.5 s</c> or <c>100ms</c>.</summary>
public static class HoconDuration
{
    /// <summary>Reads a duration. Without a unit the number counts milliseconds; what is finer than 100 ns is rounded.</summary>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        if (text is null || !UnitText.TrySplit(text, out var number, out var unit))
            return false;

        decimal? ticks = unit switch
        {
            "ns" or "nano" or "nanos" or "nanosecond" or "nanoseconds" => 0.01m,
            "us" or "micro" or "micros" or "microsecond" or "microseconds" => TimeSpan.TicksPerMicrosecond,
            "" or "ms" or "milli" or "millis" or "millisecond" or "milliseconds" => TimeSpan.TicksPerMillisecond,
            "s" or "second" or "seconds" => TimeSpan.TicksPerSecond,
            "m" or "minute" or "minutes" => TimeSpan.TicksPerMinute,
            "h" or "hour" or "hours" => TimeSpan.TicksPerHour,
            "d" or "day" or "days" => TimeSpan.TicksPerDay,
            _ => null,
        };
        if (ticks is not { } factor || UnitText.Times(number, factor) is not (>= long.MinValue and <= long.MaxValue and var product))
            return false;

        duration = TimeSpan.FromTicks((long)decimal.Round(product));
        return true;
    }
}
