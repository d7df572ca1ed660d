using RealTimeActors.Hocon.Tests.Support;

namespace RealTimeActors.Hocon.Tests.Specification;

/// <summary>Sections "Duplicate keys and object merging" and "Config object merging and file merging".</summary>
public sealed class MergingTests
{
    [Theory]
    [InlineData("a = 1, a = 2", """{"a":2}""")]
    [InlineData("a = 1, a = { b = 2 }", """{"a":{"b":2}}""")]
    [InlineData("a = { b = 2 }, a = 1", """{"a":1}""")]
    [InlineData("a = [1], a = [2]", """{"a":[2]}""")]
    [InlineData("""{ "foo" : { "a" : 42 }, "foo" : { "b" : 43 } }""", """{"foo":{"a":42,"b":43}}""")]
    [InlineData("""{ "foo" : { "a" : 42 }, "foo" : null, "foo" : { "b" : 43 } }""", """{"foo":{"b":43}}""")]
    [InlineData("foo { a { x = 1, y = 2 } }, foo { a { y = 3, z = 4 } }", """{"foo":{"a":{"x":1,"y":3,"z":4}}}""")]
    [InlineData("foo { a = 1 }, foo = [], foo { b = 2 }", """{"foo":{"b":2}}""")]
    [InlineData("foo { a { x = 1 } }, foo.a = 5, foo.a.y = 2", """{"foo":{"a":{"y":2}}}""")]
    [InlineData("a = 1, b = 2, a = 3", """{"a":3,"b":2}""")]
    public void Later_keys_override_earlier_ones_unless_both_are_objects(string text, string json) => Assert.Equal(json, Reads.Json(text));

    [Theory]
    [InlineData("{ a : { x : 1 } }", "{ a : 42 }", "{ a : { y : 2 } }", """{"a":{"x":1}}""")]
    [InlineData("{ a : { x : 1 } }", "{ a : { y : 2 } }", "{ a : 42 }", """{"a":{"x":1,"y":2}}""")]
    [InlineData("{ a : 1 }", "{ b : 2 }", "{ a : 3, c : 4 }", """{"a":1,"b":2,"c":4}""")]
    public void Documents_are_merged_in_pairs_as_keys_are(string first, string fallback, string another, string json)
    {
        var layered = new HoconDocument().AddText(another).AddText(fallback).AddText(first).Resolve();

        Reads.Same(layered.ToJson(), json);
    }

    [Fact]
    public void A_resolved_object_takes_what_it_lacks_from_another()
    {
        var above = HoconDocument.ParseText("a { x = 1, l = [1] }, b = 1").AsObject();
        var below = HoconDocument.ParseText("a { y = 2, l = [2] }, b { c = 3 }, d = 4").AsObject();

        Assert.Equal("""{"a":{"x":1,"l":[1],"y":2},"b":1,"d":4}""", above.WithFallback(below).ToJson());
    }

    [Fact]
    public void What_is_set_takes_the_place_of_objects_and_lists()
    {
        var set = new HoconDocument(Reads.With("V", "5"))
            .AddText("a { x = 1, y = 2 }, b = [1, 2], c = ${a.x}, d = 4, e = 5, f = 6")
            .Set(HoconPath.Parse("a"), "{ x = 7 }")
            .Set(HoconPath.Parse("b"), "[3]")
            .Set(HoconPath.Parse("d"), "${V}${c}")
            .Set(HoconPath.Parse("e"), "${?NONE}")
            .SetText(HoconPath.Parse("f.\"g.h\""), "${not} [hocon")
            .Resolve();

        Assert.Equal("""{"a":{"x":7},"b":[3],"c":7,"d":"57","e":5,"f":{"g.h":"${not} [hocon"}}""", set.ToJson());
    }

    [Fact]
    public void What_is_set_may_look_back_at_what_it_replaces()
    {
        var set = new HoconDocument().AddText("a = [1], b { x = 1 }").Set(HoconPath.Parse("a"), "${a} [2]").Set(HoconPath.Parse("b"), "${b} { y = 2 }").Resolve();

        Assert.Equal("""{"a":[1,2],"b":{"x":1,"y":2}}""", set.ToJson());
    }

    [Fact]
    public void Nothing_is_added_to_what_is_resolved()
    {
        var document = new HoconDocument().AddText("a = 1");
        document.Resolve();

        Assert.Throws<InvalidOperationException>(() => document.AddText("b = 2"));
    }
}
