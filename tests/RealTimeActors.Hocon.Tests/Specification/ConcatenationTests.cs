using RealTimeActors.Hocon.Tests.Support;

namespace RealTimeActors.Hocon.Tests.Specification;

/// <summary>Section "Value concatenation".</summary>
public sealed class ConcatenationTests
{
    [Theory]
    [InlineData("a =  foo bar baz ", """{"a":"foo bar baz"}""")]
    [InlineData("a = foo  \t bar", """{"a":"foo  \t bar"}""")]
    [InlineData("a = foo bar", """{"a":"foo bar"}""")]
    [InlineData("a = \"foo bar\"", """{"a":"foo bar"}""")]
    [InlineData("a = foo\" bar\"", """{"a":"foo bar"}""")]
    [InlineData("a = \" x \" y", """{"a":" x  y"}""")]
    [InlineData("a = true foo", """{"a":"true foo"}""")]
    [InlineData("a = true false", """{"a":"true false"}""")]
    [InlineData("a = null x", """{"a":"null x"}""")]
    [InlineData("a = 1e5 x", """{"a":"1e5 x"}""")]
    [InlineData("a = 1.00 EUR", """{"a":"1.00 EUR"}""")]
    [InlineData("a = 1 2", """{"a":"1 2"}""")]
    [InlineData("a = x\nb = y", """{"a":"x","b":"y"}""")]
    [InlineData("[ foo bar, baz ]", """["foo bar","baz"]""")]
    [InlineData("a = true", """{"a":true}""")]
    [InlineData("v = null, a = x${v}", """{"v":null,"a":"xnull"}""")]
    [InlineData("v = 1e5, a = x${v}", """{"v":1e5,"a":"x1e5"}""")]
    [InlineData("v = true, a = ${v} ${v}", """{"v":true,"a":"true true"}""")]
    public void Texts_beside_each_other_are_one_text_with_the_blanks_between_them(string text, string json) => Assert.Equal(json, Reads.Json(text));

    [Theory]
    [InlineData("a : { b : 1, c : 2 }")]
    [InlineData("a : { b : 1 } { c : 2 }")]
    [InlineData("a : { b : 1 }{ c : 2 }")]
    [InlineData("a : { b : 1 }\na : { c : 2 }")]
    [InlineData("a : { b : 5 } { b : 1 } { c : 2 }")]
    [InlineData("a { b : 1 } {\n c : 2\n}")]
    public void Objects_beside_each_other_are_merged(string text) => Reads.Same(text, """{"a":{"b":1,"c":2}}""");

    [Theory]
    [InlineData("a : [ 1, 2, 3, 4 ]")]
    [InlineData("a : [ 1, 2 ] [ 3, 4 ]")]
    [InlineData("a : [ 1, 2 ][ 3\n4 ]")]
    [InlineData("a : [ 1, 2 ]\na : ${a} [ 3, 4 ]")]
    public void Lists_beside_each_other_are_one_list(string text) => Reads.Same(text, """{"a":[1,2,3,4]}""");

    [Fact]
    public void Objects_inherit()
    {
        Reads.Same(
            """
            data-center-generic = { cluster-size = 6 }
            data-center-east = ${data-center-generic} { name = "east" }
            """,
            """{ "data-center-generic" : { "cluster-size" : 6 }, "data-center-east" : { "cluster-size" : 6, "name" : "east" } }""");
    }

    [Fact]
    public void Paths_grow() => Reads.Same("path = [ /bin ]\npath = ${path} [ /usr/bin ]", """{"path":["/bin","/usr/bin"]}""");

    [Theory]
    [InlineData("[ 1 2 3 4 ]", """["1 2 3 4"]""")]
    [InlineData("[ 1\n  2\n  3\n  4 ]", "[1,2,3,4]")]
    [InlineData("[ [ 1, 2 ] [ 3, 4 ] ]", "[[1,2,3,4]]")]
    [InlineData("[ [ 1, 2 ]\n  [ 3, 4 ] ]", "[[1,2],[3,4]]")]
    [InlineData("[ {a:1} {b:2} ]", """[{"a":1,"b":2}]""")]
    [InlineData("[ {a:1}\n {b:2} ]", """[{"a":1},{"b":2}]""")]
    public void Blanks_concatenate_elements_and_newlines_part_them(string text, string json) => Assert.Equal(json, Reads.Json(text));

    [Fact]
    public void Substitutions_in_lists_are_concatenated_in_their_elements()
    {
        Assert.Equal(
            """{"name":"Ann","world":"Earth","a":"A","b":"B","l":["This is an unquoted string my name is Ann","Hello Earth"],"m":["A B","B A"]}""",
            Reads.Json("""
                name = Ann, world = Earth, a = A, b = B
                l = [ This is an unquoted string my name is ${name}, Hello ${world} ]
                m = [ ${a} ${b}, ${b} ${a} ]
                """));
    }

    [Theory]
    [InlineData("a = [1] x")]
    [InlineData("a = x [1]")]
    [InlineData("a = {} x")]
    [InlineData("a = x {}")]
    [InlineData("a = [1] {}")]
    [InlineData("a = [1] { b = 2 }")]
    [InlineData("v = [1], a = x ${v}")]
    [InlineData("v = {}, a = ${v} x")]
    [InlineData("v = {}, a = ${v} [1]")]
    [InlineData("v = 1, a = ${v} [1]")]
    [InlineData("v = null, a = ${v} [1]")]
    public void Texts_lists_and_objects_do_not_mix(string text) => Reads.Error(text);

    [Theory]
    [InlineData("f = { q : e }, a = ${f} ${f}", """{"f":{"q":"e"},"a":{"q":"e"}}""")]
    [InlineData("f = [1], a = ${f} ${f} [2]", """{"f":[1],"a":[1,1,2]}""")]
    public void Blanks_between_substitutions_do_not_count_where_they_are_lists_or_objects(string text, string json) => Assert.Equal(json, Reads.Json(text));
}
