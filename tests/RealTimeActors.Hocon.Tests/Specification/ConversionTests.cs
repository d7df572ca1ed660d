using RealTimeActors.Hocon.Tests.Support;

namespace RealTimeActors.Hocon.Tests.Specification;

/// <summary>Sections "Conversion of numerically-indexed objects to arrays" and "Automatic type conversions".</summary>
public sealed class ConversionTests
{
    [Theory]
    [InlineData("""{ "0" : "a", "1" : "b" }""", """["a","b"]""")]
    [InlineData("""{ "2" : "c", "0" : "a" }""", """["a","c"]""")]
    [InlineData("""{ "10" : "c", "9" : "b", "x" : 1, "-1" : 2, "1.5" : 3 }""", """["b","c"]""")]
    [InlineData("0 = a, 2 = b", """["a","b"]""")]
    public void An_object_with_numbers_for_keys_is_a_list_where_one_is_asked_for(string text, string json)
    {
        var value = HoconDocument.ParseText(text);

        Assert.Equal(json, value.AsArray().ToJson());
        Assert.Equal(HoconKind.Object, value.Kind);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("a = 1")]
    [InlineData("\"-1\" = 1")]
    public void An_object_without_such_keys_is_none(string text) => Assert.Throws<HoconException>(() => HoconDocument.ParseText(text).AsArray());

    [Theory]
    [InlineData("n { 1 = b, 0 = a }, l = [x] ${n}", """["x","a","b"]""")]
    [InlineData("n { 1 = b, 0 = a }, l = ${n} [x]", """["a","b","x"]""")]
    [InlineData("n { 0 = ${v} }, l = ${n} [x], v = 5", """[5,"x"]""")]
    [InlineData("n { 0 = ${?none}, 1 = y }, l = ${n} [x]", """["y","x"]""")]
    public void It_is_one_in_a_concatenation_too(string text, string json) => Assert.Equal(json, HoconDocument.ParseText(text).Get("l").ToJson());

    [Fact]
    public void It_is_none_unless_it_has_to_be() => Assert.Equal("""{"a":{"0":"x"}}""", Reads.Json("a.0 = x"));

    [Fact]
    public void Texts_numbers_and_booleans_become_each_other()
    {
        var root = HoconDocument.ParseText("n = 1e3, t = \"42\", f = \"-0.5\", yes = yes, on = \"on\", no = no, off = off, true = true, s = false");

        Assert.Equal(("1e3", "false"), (root.Get("n").AsString(), root.Get("s").AsString()));
        Assert.Equal((1_000, 42L, -0.5), (root.Get("n").AsInt32(), root.Get("t").AsInt64(), root.Get("f").AsDouble()));
        Assert.Equal([true, true, true, false, false], new[] { "yes", "on", "true", "no", "off" }.Select(path => root.Get(path).AsBoolean()));
    }

    [Theory]
    [InlineData("null", "null")]
    [InlineData("{ x = 1 }", "an object")]
    [InlineData("[1]", "a list")]
    public void Null_objects_and_lists_become_nothing_else(string text, string found)
    {
        var value = HoconDocument.ParseText($"a = {text}").Get("a");

        Assert.Equal($"text:1:5: expected a text, found {found}", Assert.Throws<HoconException>(() => value.AsString()).Message);
        foreach (var convert in new Func<object>[] { () => value.AsBoolean(), () => value.AsInt32(), () => value.AsDouble(), () => value.AsDuration(), () => value.AsBytes(), () => value.AsPeriod() })
            Assert.EndsWith($"found {found}", Assert.Throws<HoconException>(convert).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x = yesterday")]
    [InlineData("x = True")]
    [InlineData("x = 1")]
    public void Other_words_are_no_booleans(string text) => Assert.Throws<HoconException>(() => HoconDocument.ParseText(text).Get("x").AsBoolean());

    [Theory]
    [InlineData("1.5")]
    [InlineData("0x10")]
    [InlineData("9223372036854775808")]
    [InlineData("\" 1\"")]
    [InlineData("1e400")]
    public void Only_whole_numbers_are_whole_numbers(string number) => Assert.Throws<HoconException>(() => HoconDocument.ParseText($"x = {number}").Get("x").AsInt64());

    [Fact]
    public void What_does_not_fit_is_told_without_the_value()
    {
        var error = Assert.Throws<HoconException>(() => HoconDocument.ParseText("secret = hunter2").Get("secret").AsInt32());

        Assert.Equal("text:1:10: expected a whole number, found another string", error.Message);
        Assert.Equal(("text", 1, 10), (error.File, error.Line, error.Column));
    }

    [Fact]
    public void Lists_and_texts_are_no_objects()
    {
        var root = HoconDocument.ParseText("a = [1], b = x");

        Assert.Throws<HoconException>(() => root.Get("a").AsObject());
        Assert.Throws<HoconException>(() => root.Get("b").AsObject());
        Assert.Throws<HoconException>(() => root.Get("b").AsArray());
    }
}
