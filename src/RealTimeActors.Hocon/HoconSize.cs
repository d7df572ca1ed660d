namespace RealTimeActors.Hocon;

/// <summary>Sizes in bytes as they are written in HOCON: <c>kB</c> and its sisters are powers of ten, <c>KiB</c> and single letters powers of two.</summary>
public static class HoconSize
{
    /// <summary>Reads a size. Without a unit the number counts bytes; part of a byte is left out.</summary>
    public static bool TryParse(string? text, out long bytes)
    {
        bytes = 0;
        if (text is null || !UnitText.TrySplit(text, out var number, out var unit))
            return false;

        if (FactorOf(unit) is not { } factor || UnitText.Times(number, factor) is not (>= long.MinValue and <= long.MaxValue and var product))
            return false;

        bytes = (long)decimal.Truncate(product);
        return true;
    }

    private static decimal? FactorOf(string unit) => unit switch
    {
        "" or "B" or "b" or "byte" or "bytes" => 1,
        "kB" or "kilobyte" or "kilobytes" => 1e3m,
        "MB" or "megabyte" or "megabytes" => 1e6m,
        "GB" or "gigabyte" or "gigabytes" => 1e9m,
        "TB" or "terabyte" or "terabytes" => 1e12m,
        "PB" or "petabyte" or "petabytes" => 1e15m,
        "EB" or "exabyte" or "exabytes" => 1e18m,
        "ZB" or "zettabyte" or "zettabytes" => 1e21m,
        "YB" or "yottabyte" or "yottabytes" => 1e24m,
        "K" or "k" or "Ki" or "KiB" or "kibibyte" or "kibibytes" => Binary(1),
        "M" or "m" or "Mi" or "MiB" or "mebibyte" or "mebibytes" => Binary(2),
        "G" or "g" or "Gi" or "GiB" or "gibibyte" or "gibibytes" => Binary(3),
        "T" or "t" or "Ti" or "TiB" or "tebibyte" or "tebibytes" => Binary(4),
        "P" or "p" or "Pi" or "PiB" or "pebibyte" or "pebibytes" => Binary(5),
        "E" or "e" or "Ei" or "EiB" or "exbibyte" or "exbibytes" => Binary(6),
        "Z" or "z" or "Zi" or "ZiB" or "zebibyte" or "zebibytes" => Binary(7),
        "Y" or "y" or "Yi" or "YiB" or "yobibyte" or "yobibytes" => Binary(8),
        _ => null,
    };

    private static decimal Binary(int power) => power == 0 ? 1 : 1_024 * Binary(power - 1);
}
