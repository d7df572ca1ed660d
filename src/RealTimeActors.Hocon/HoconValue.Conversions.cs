using System.Globalization;
using RealTimeActors.Hocon.Syntax;

namespace RealTimeActors.Hocon;

public abstract partial class HoconValue
{
    /// <summary>The text of a string, and of a number or a boolean how it was written.</summary>
    /// <exception cref="HoconException">The value is null, an object or a list.</exception>
    public string AsString() => TextFor("a text");

    /// <summary>true, yes, on; false, no, off.</summary>
    /// <exception cref="HoconException">The value is something else.</exception>
    public bool AsBoolean() => TextFor("true or false") switch
    {
        "true" or "yes" or "on" => true,
        "false" or "no" or "off" => false,
        _ => throw Unfit("true or false (yes, on; no, off)"),
    };

    /// <summary>A whole number, also one that stands in quotes.</summary>
    /// <exception cref="HoconException">The value is none, or too large.</exception>
    public int AsInt32() => AsInt64() is >= int.MinValue and <= int.MaxValue and var number
        ? (int)number
        : throw Unfit($"a whole number from {int.MinValue} to {int.MaxValue}");

    /// <inheritdoc cref="AsInt32"/>
    public long AsInt64() =>
        TextFor("a whole number") is var text && Words.IsNumber(text) && long.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Unfit("a whole number");

    /// <summary>A number, also one that stands in quotes.</summary>
    /// <exception cref="HoconException">The value is none.</exception>
    public double AsDouble() =>
        TextFor("a number") is var text && Words.IsNumber(text) ? double.Parse(text, CultureInfo.InvariantCulture) : throw Unfit("a number");

    /// <summary>A duration with one of the units of <see cref="HoconDuration"/>; a bare number counts milliseconds.</summary>
    /// <exception cref="HoconException">The value is none, or too long.</exception>
    public TimeSpan AsDuration() => HoconDuration.TryParse(TextFor("a duration"), out var duration) ? duration : throw Unfit("a duration, as 100ms, 5s or 7d");

    /// <summary>A size with one of the units of <see cref="HoconSize"/>; a bare number counts bytes.</summary>
    /// <exception cref="HoconException">The value is none, or too large.</exception>
    public long AsBytes() => HoconSize.TryParse(TextFor("a size"), out var bytes) ? bytes : throw Unfit("a size, as 512, 64KiB or 2GB");

    /// <summary>A span of the calendar; a bare number counts days.</summary>
    /// <exception cref="HoconException">The value is none.</exception>
    public HoconPeriod AsPeriod() => HoconPeriod.TryParse(TextFor("a period"), out var period) ? period : throw Unfit("a period, as 3d, 2w, 6mo or 1y");

    /// <summary>The object.</summary>
    /// <exception cref="HoconException">The value is none.</exception>
    public HoconObject AsObject() => this as HoconObject ?? throw Unfit("an object");

    /// <summary>The list. An object with numbers for keys is one, too, in the order of the numbers; other keys do not count.</summary>
    /// <exception cref="HoconException">The value is none.</exception>
    public HoconArray AsArray() => this as HoconArray ?? (this as HoconObject)?.NumberedMembers() ?? throw Unfit("a list");

    private string TextFor(string expected) => this is HoconScalar { Kind: not HoconKind.Null } scalar ? scalar.Text : throw Unfit(expected);

    private HoconException Unfit(string expected) => new(Origin, $"expected {expected}, found {Kind switch
    {
        HoconKind.Object => "an object",
        HoconKind.Array => "a list",
        HoconKind.Null => "null",
        _ => $"another {Kind.ToString().ToLowerInvariant()}",
    }}");
}
