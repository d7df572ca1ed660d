using RealTimeActors.Hocon.Tests.Support;

namespace RealTimeActors.Hocon.Tests.Specification;

/// <summary>Sections "Unquoted strings" and "Multi-line strings".</summary>
public sealed class StringTests
{
    [Theory]
    [InlineData("truefoo", "\"truefoo\"")]
    [InlineData("footrue", "\"footrue\"")]
    [InlineData("10.0bar", "\"10.0bar\"")]
    [InlineData("bar10.0", "\"bar10.0\"")]
    [InlineData("true", "true")]
    [InlineData("false", "false")]
    [InlineData("null", "null")]
    [InlineData("nullable", "\"nullable\"")]
    [InlineData("True", "\"True\"")]
    [InlineData("-5", "-5")]
    [InlineData("1e+5", "1e+5")]
    [InlineData("1E-5", "1E-5")]
    [InlineData("true1e+5x", "\"true1e+5x\"")]
    [InlineData("0.5", "0.5")]
    [InlineData("007", "\"007\"")]
    [InlineData("1.", "\"1.\"")]
    [InlineData(".5", "\".5\"")]
    [InlineData("-", "\"-\"")]
    [InlineData("-x", "\"-x\"")]
    [InlineData("NaN", "\"NaN\"")]
    [InlineData("127.0.0.1", "\"127.0.0.1\"")]
    [InlineData("2026-11-21", "\"2026-11-21\"")]
    [InlineData("10s", "\"10s\"")]
    [InlineData("a/b", "\"a/b\"")]
    [InlineData("C;|<>()'%~_-.x", "\"C;|<>()'%~_-.x\"")]
    [InlineData("größe", "\"größe\"")]
    [InlineData("x\u0001y", "\"x\\u0001y\"")]
    public void Words_are_booleans_null_numbers_or_strings(string word, string json) => Assert.Equal($"{{\"a\":{json}}}", Reads.Json($"a = {word}"));

    [Theory]
    [InlineData("$")]
    [InlineData("\"")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("[")]
    [InlineData("]")]
    [InlineData(":")]
    [InlineData("=")]
    [InlineData("+")]
    [InlineData("`")]
    [InlineData("^")]
    [InlineData("?")]
    [InlineData("!")]
    [InlineData("@")]
    [InlineData("*")]
    [InlineData("&")]
    [InlineData("\\")]
    public void Unquoted_strings_do_not_hold_what_has_a_meaning_or_is_reserved(string forbidden)
    {
        Reads.Error($"a = x{forbidden}y");
        Reads.Error($"a = {forbidden}y");
    }

    [Fact]
    public void Unquoted_strings_have_no_escapes() => Reads.Error("""a = x\ny""");

    [Theory]
    [InlineData("\u0000")]
    [InlineData("\t")]
    [InlineData("\u001f")]
    public void Quoted_strings_hold_no_control_characters(string control) => Assert.Contains("control character", Reads.Error($"a = \"x{control}y\""), StringComparison.Ordinal);

    [Theory]
    [InlineData("""a = "x""")]
    [InlineData("a = \"x\ny\"")]
    [InlineData("""a = "\x" """)]
    [InlineData("""a = "\u12" """)]
    [InlineData("""a = "\u12 4" """)]
    [InlineData("""a = "\u+123" """)]
    [InlineData("""a = "\""")]
    public void Quoted_strings_are_those_of_json(string text) => Reads.Error(text);

    [Theory]
    [InlineData("\"\"\"foo\"\"\"", "foo")]
    [InlineData("\"\"\"foo\"\"\"\"", "foo\"")]
    [InlineData("\"\"\"foo\"\"\"\"\"\"", "foo\"\"\"")]
    [InlineData("\"\"\"\"\"\"", "")]
    [InlineData("\"\"\"\"\"\"\"", "\"")]
    [InlineData("\"\"\"\n  two\n\tlines \n\"\"\"", "\n  two\n\tlines \n")]
    [InlineData("\"\"\"\\n \\u0041 ${a} \" \"\" #\"\"\"", "\\n \\u0041 ${a} \" \"\" #")]
    public void Three_quotes_take_everything_as_it_stands(string text, string value) =>
        Assert.Equal(value, HoconDocument.ParseText($"a = {text}").Get("a").AsString());

    [Fact]
    public void Three_quotes_have_to_end() => Assert.StartsWith("t:1:5: expected three quotes", Reads.Error("a = \"\"\"foo\"\"\nb = 1"), StringComparison.Ordinal);

    [Fact]
    public void Lines_in_three_quotes_count() => Assert.StartsWith("t:4:2: ", Reads.Error("a = \"\"\"1\n2\n3\"\"\"\nb*"), StringComparison.Ordinal);

    [Fact]
    public void Two_quotes_are_an_empty_string() => Assert.Equal("""{"a":"","b":"x"}""", Reads.Json("""a = "", b = ""x"""));
}
