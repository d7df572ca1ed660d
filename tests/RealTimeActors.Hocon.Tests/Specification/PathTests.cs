using RealTimeActors.Hocon.Tests.Support;

namespace RealTimeActors.Hocon.Tests.Specification;

/// <summary>Sections "Path expressions" and "Paths as keys".</summary>
public sealed class PathTests
{
    [Theory]
    [InlineData("foo.bar.\"hello.world\"", "foo|bar|hello.world")]
    [InlineData("10.0foo", "10|0foo")]
    [InlineData("foo10.0", "foo10|0")]
    [InlineData("foo\"10.0\"", "foo10.0")]
    [InlineData("1.2.3", "1|2|3")]
    [InlineData("true", "true")]
    [InlineData("a.\"\".b", "a||b")]
    [InlineData("\"\"", "")]
    [InlineData("a b c", "a b c")]
    [InlineData("  a.b  ", "a|b")]
    [InlineData("a b.c d", "a b|c d")]
    [InlineData("a \"b.c\" d", "a b.c d")]
    [InlineData("1e+5", "1e+5")]
    [InlineData("-1.5", "-1|5")]
    [InlineData("a-b_c", "a-b_c")]
    public void Dots_outside_of_quotes_part_keys(string path, string keys) => Assert.Equal(keys.Split('|'), HoconPath.Parse(path));

    [Theory]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a=b")]
    [InlineData("a${b}")]
    [InlineData("a\nb")]
    [InlineData("a#b")]
    public void Empty_keys_are_quoted_and_nothing_else_belongs_to_a_path(string path) => Assert.Throws<HoconException>(() => HoconPath.Parse(path));

    [Theory]
    [InlineData("a..b = 1")]
    [InlineData(".a = 1")]
    [InlineData("a. = 1")]
    [InlineData("= 1")]
    [InlineData("${a} = 1")]
    [InlineData("a${b} = 1")]
    [InlineData("[a] = 1")]
    [InlineData("{a=1} = 1")]
    [InlineData("b = ${a..b}")]
    [InlineData("b = ${}")]
    [InlineData("b = ${ }")]
    [InlineData("b = ${a${c}}")]
    [InlineData("b = ${a\n}")]
    [InlineData("b = ${a")]
    [InlineData("b = ${ ?a}")]
    [InlineData("b = $ {a}")]
    [InlineData("b = ${??a}")]
    public void Keys_and_substitutions_hold_paths_and_nothing_else(string text) => Reads.Error(text);

    [Theory]
    [InlineData("foo.bar : 42", """{"foo":{"bar":42}}""")]
    [InlineData("foo.bar.baz : 42", """{"foo":{"bar":{"baz":42}}}""")]
    [InlineData("a.x : 42, a.y : 43", """{"a":{"x":42,"y":43}}""")]
    [InlineData("a b c : 42", """{"a b c":42}""")]
    [InlineData("true : 42", """{"true":42}""")]
    [InlineData("3 : 42", """{"3":42}""")]
    [InlineData("3.14 : 42", """{"3":{"14":42}}""")]
    [InlineData("10.0foo : 42", """{"10":{"0foo":42}}""")]
    [InlineData("\"a.b\".c : 42", """{"a.b":{"c":42}}""")]
    [InlineData("a.b { c.d = 1 }", """{"a":{"b":{"c":{"d":1}}}}""")]
    [InlineData("\"\" : 1", """{"":1}""")]
    [InlineData("\"\"\"x\ny\"\"\" : 1", """{"x\ny":1}""")]
    [InlineData("null : null", """{"null":null}""")]
    public void Paths_as_keys_are_objects_within_each_other(string text, string json) => Assert.Equal(json, Reads.Json(text));

    [Theory]
    [InlineData("a b.\"c d\"", "\"a b\".\"c d\"")]
    [InlineData("a.\"\".\"x.y\"", "a.\"\".\"x.y\"")]
    [InlineData("a.b-c_1", "a.b-c_1")]
    public void A_path_is_written_as_it_can_be_read(string path, string written)
    {
        var parsed = HoconPath.Parse(path);

        Assert.Equal(written, parsed.ToString());
        Assert.Equal(parsed, HoconPath.Parse(written));
    }

    [Fact]
    public void Values_are_found_by_their_path()
    {
        var root = HoconDocument.ParseText("a { \"b.c\" = [ 5, { d = 6 } ] }");

        Assert.Equal(6, root.Get("a.\"b.c\".1.d").AsInt32());
        Assert.False(root.TryGet(HoconPath.Parse("a.b.c"), out _));
        Assert.False(root.TryGet(HoconPath.Parse("a.\"b.c\".2"), out _));
        Assert.Equal("text:1:1: expected a value at x.y, found none", Assert.Throws<HoconException>(() => root.Get("x.y")).Message);
    }
}
