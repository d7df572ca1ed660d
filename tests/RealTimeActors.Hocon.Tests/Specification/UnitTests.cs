using RealTimeActors.Hocon.Tests.Support;

namespace RealTimeActors.Hocon.Tests.Specification;

/// <summary>Sections "Units format", "Duration format", "Period format" and "Size in bytes format".</summary>
public sealed class UnitTests
{
    [Theory]
    [InlineData("ns nano nanos nanosecond nanoseconds", 0.01)]
    [InlineData("us micro micros microsecond microseconds", 10)]
    [InlineData("ms milli millis millisecond milliseconds", 10_000)]
    [InlineData("s second seconds", 10_000_000)]
    [InlineData("m minute minutes", 600_000_000)]
    [InlineData("h hour hours", 36_000_000_000)]
    [InlineData("d day days", 864_000_000_000)]
    public void Durations_have_these_units(string names, double ticks)
    {
        foreach (var name in names.Split(' '))
        {
            Assert.Equal(TimeSpan.FromTicks((long)(300 * ticks)), HoconDocument.ParseText($"d = 300{name}").Get("d").AsDuration());
            Assert.Equal(TimeSpan.FromTicks((long)(300 * ticks)), HoconDocument.ParseText($"d = \" 300 {name} \"").Get("d").AsDuration());
        }
    }

    [Theory]
    [InlineData("250", 250)]
    [InlineData("\"250\"", 250)]
    [InlineData("1.5s", 1_500)]
    [InlineData("0.25 h", 900_000)]
    [InlineData("-5 s", -5_000)]
    [InlineData("0", 0)]
    public void Durations_may_have_a_point_and_count_milliseconds_without_a_unit(string text, long milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), HoconDocument.ParseText($"d = {text}").Get("d").AsDuration());

    [Theory]
    [InlineData("5S")]
    [InlineData("5 Ms")]
    [InlineData("5 fortnights")]
    [InlineData("s")]
    [InlineData("5 s 3")]
    [InlineData("soon")]
    [InlineData("1,5 s")]
    [InlineData("")]
    [InlineData("99999999999999 d")]
    [InlineData("99999999999999999999999999999999999 d")]
    public void Other_texts_are_no_durations(string text) => Assert.False(HoconDuration.TryParse(text, out _));

    [Theory]
    [InlineData("B b byte bytes", "1")]
    [InlineData("kB kilobyte kilobytes", "1000")]
    [InlineData("MB megabyte megabytes", "1000000")]
    [InlineData("GB gigabyte gigabytes", "1000000000")]
    [InlineData("TB terabyte terabytes", "1000000000000")]
    [InlineData("PB petabyte petabytes", "1000000000000000")]
    [InlineData("EB exabyte exabytes", "1000000000000000000")]
    [InlineData("K k Ki KiB kibibyte kibibytes", "1024")]
    [InlineData("M m Mi MiB mebibyte mebibytes", "1048576")]
    [InlineData("G g Gi GiB gibibyte gibibytes", "1073741824")]
    [InlineData("T t Ti TiB tebibyte tebibytes", "1099511627776")]
    [InlineData("P p Pi PiB pebibyte pebibytes", "1125899906842624")]
    [InlineData("E e Ei EiB exbibyte exbibytes", "1152921504606846976")]
    public void Sizes_have_these_units(string names, string bytes)
    {
        foreach (var name in names.Split(' '))
            Assert.Equal(7 * Int128.Parse(bytes), HoconDocument.ParseText($"s = \" 7 {name}\"").Get("s").AsBytes());
    }

    [Theory]
    [InlineData("ZB zettabyte zettabytes YB yottabyte yottabytes")]
    [InlineData("Z z Zi ZiB zebibyte zebibytes Y y Yi YiB yobibyte yobibytes")]
    public void The_largest_units_are_known_and_hold_little_that_fits(string names)
    {
        foreach (var name in names.Split(' '))
        {
            Assert.False(HoconSize.TryParse($"1 {name}", out _));
            Assert.True(HoconSize.TryParse($"0.0000001 {name}", out var bytes));
            Assert.True(bytes >= 100_000_000_000_000);
        }
    }

    [Theory]
    [InlineData("512", 512)]
    [InlineData("0.5K", 512)]
    [InlineData("1.5 B", 1)]
    public void Sizes_count_bytes_without_a_unit(string text, long bytes) => Assert.Equal(bytes, HoconDocument.ParseText($"s = {text}").Get("s").AsBytes());

    [Theory]
    [InlineData("1 KB")]
    [InlineData("1 kb")]
    [InlineData("1 kiB")]
    [InlineData("8 EiB")]
    [InlineData("KiB")]
    [InlineData("1 Kilobyte")]
    public void Other_texts_are_no_sizes(string text) => Assert.False(HoconSize.TryParse(text, out _));

    [Theory]
    [InlineData("3", 0, 0, 3)]
    [InlineData("3 d", 0, 0, 3)]
    [InlineData("3 day", 0, 0, 3)]
    [InlineData("3 days", 0, 0, 3)]
    [InlineData("2w", 0, 0, 14)]
    [InlineData("2 week", 0, 0, 14)]
    [InlineData("2 weeks", 0, 0, 14)]
    [InlineData("6m", 0, 6, 0)]
    [InlineData("6 mo", 0, 6, 0)]
    [InlineData("6 month", 0, 6, 0)]
    [InlineData("6 months", 0, 6, 0)]
    [InlineData("1y", 1, 0, 0)]
    [InlineData("1 year", 1, 0, 0)]
    [InlineData("1 years", 1, 0, 0)]
    public void Periods_have_these_units(string text, int years, int months, int days) =>
        Assert.Equal(new HoconPeriod(years, months, days), HoconDocument.ParseText($"p = {text}").Get("p").AsPeriod());

    [Theory]
    [InlineData("1.5 d")]
    [InlineData("1 h")]
    [InlineData("1 Y")]
    [InlineData("99999999 y")]
    public void Other_texts_are_no_periods(string text) => Assert.False(HoconPeriod.TryParse(text, out _));

    [Fact]
    public void A_period_depends_on_where_it_begins() => Assert.Equal(new DateOnly(2028, 2, 29), new HoconPeriod(0, 1, 0).After(new DateOnly(2028, 1, 31)));

    [Fact]
    public void What_is_no_size_says_what_is_expected() =>
        Assert.Equal("t:1:5: expected a size, as 512, 64KiB or 2GB, found another string", Assert.Throws<HoconException>(() => HoconDocument.ParseText("s = x", "t").Get("s").AsBytes()).Message);

    [Fact]
    public void Units_are_read_from_variables_as_well() =>
        Assert.Equal(TimeSpan.FromSeconds(5), HoconDocument.ParseText("d = ${D}", options: Reads.With("D", "5 seconds")).Get("d").AsDuration());
}
