namespace RealTimeActors.Hocon;

/// <summary>A span of the calendar, whose length depends on where it begins: a month is not a number of days.</summary>
public readonly record struct HoconPeriod(int Years, int Months, int Days)
{
    /// <summary>Reads a period. Without a unit the number counts days; parts of a number are not taken.</summary>
    public static bool TryParse(string? text, out HoconPeriod period)
    {
        period = default;
        if (text is null || !UnitText.TrySplit(text, out var number, out var unit) || number % 1 != 0 || number is < -1_000_000 or > 1_000_000)
            return false;

        var count = (int)number;
        HoconPeriod? read = unit switch
        {
            "" or "d" or "day" or "days" => new HoconPeriod(0, 0, count),
            "w" or "week" or "weeks" => new HoconPeriod(0, 0, 7 * count),
            "m" or "mo" or "month" or "months" => new HoconPeriod(0, count, 0),
            "y" or "year" or "years" => new HoconPeriod(count, 0, 0),
            _ => null,
        };
        period = read.GetValueOrDefault();
        return read is not null;
    }

    /// <summary>The day that is so far from another one.</summary>
    public DateOnly After(DateOnly day) => day.AddYears(Years).AddMonths(Months).AddDays(Days);
}
