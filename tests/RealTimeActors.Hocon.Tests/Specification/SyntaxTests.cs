using RealTimeActors.Hocon.Tests.Support;

namespace RealTimeActors.Hocon.Tests.Specification;

/// <summary>Sections "Unchanged from JSON" to "Whitespace".</summary>
public sealed class SyntaxTests
{
    [Theory]
    [InlineData("""{"a":"b","c":[1,-2.5e3,true,false,null],"d":{}}""", """{"a":"b","c":[1,-2.5e3,true,false,null],"d":{}}""")]
    [InlineData("""[1, "x"]""", """[1,"x"]""")]
    [InlineData("""{"a":"\"\\\/\b\f\n\r\té😀"}""", "{\"a\":\"\\\"\\\\/\\u0008\\u000c\\n\\r\\té😀\"}")]
    public void Json_is_hocon(string text, string json) => Assert.Equal(json, Reads.Json(text));

    [Theory]
    [InlineData("a = 1 # comment", """{"a":1}""")]
    [InlineData("a = 1 // comment", """{"a":1}""")]
    [InlineData("# a = 1\n// b = 2\nc = 3", """{"c":3}""")]
    [InlineData("a = \"// # no comment\"", """{"a":"// # no comment"}""")]
    [InlineData("{ # one\n a # two\n : // three\n 1 # four\n}# five", """{"a":1}""")]
    [InlineData("[ 1, # one\n 2 // two\n # three\n, 3 ]", "[1,2,3]")]
    [InlineData("a = x#y", """{"a":"x"}""")]
    [InlineData("a = x/y", """{"a":"x/y"}""")]
    [InlineData("a = x // ${not-looked-at} \" {", """{"a":"x"}""")]
    public void Comments_go_to_the_end_of_the_line_unless_they_stand_in_quotes(string text, string json) => Assert.Equal(json, Reads.Json(text));

    [Theory]
    [InlineData("a : 1", """{"a":1}""")]
    [InlineData("{ a : 1 }", """{"a":1}""")]
    [InlineData("\n\n a : 1, b : 2\n", """{"a":1,"b":2}""")]
    [InlineData("", "{}")]
    [InlineData("# nothing\n", "{}")]
    [InlineData("{}", "{}")]
    [InlineData(" [ ] ", "[]")]
    public void Root_braces_may_be_omitted(string text, string json) => Assert.Equal(json, Reads.Json(text));

    [Theory]
    [InlineData("a : 1 }")]
    [InlineData("{ a : 1")]
    [InlineData("{ a : 1 } }")]
    [InlineData("{ a : 1 } b : 2")]
    [InlineData("[1] [2]")]
    [InlineData("[1")]
    [InlineData("a : [1}")]
    [InlineData("just text")]
    [InlineData("\"text\"")]
    [InlineData("42")]
    public void Brackets_are_balanced_and_the_root_is_an_object_or_a_list(string text) => Reads.Error(text);

    [Theory]
    [InlineData("a = 1")]
    [InlineData("a:1")]
    [InlineData("a =\n1")]
    [InlineData("a\n= 1")]
    [InlineData("\"a\" : 1")]
    public void Keys_are_followed_by_a_colon_or_an_equals_sign(string text) => Assert.Equal("""{"a":1}""", Reads.Json(text));

    [Theory]
    [InlineData("\"foo\" {}")]
    [InlineData("foo{}")]
    [InlineData("foo\n{\n}")]
    [InlineData("foo : {}")]
    public void The_separator_may_be_omitted_before_a_brace(string text) => Assert.Equal("""{"foo":{}}""", Reads.Json(text));

    [Theory]
    [InlineData("[1,2,3,]", "[1,2,3]")]
    [InlineData("[1\n2\n3]", "[1,2,3]")]
    [InlineData("[1,2,3\n,\n]", "[1,2,3]")]
    [InlineData("[\n1\n\n\n2,\n\n3\n]", "[1,2,3]")]
    [InlineData("{a:1,b:2,}", """{"a":1,"b":2}""")]
    [InlineData("a:1\nb:2", """{"a":1,"b":2}""")]
    [InlineData("a:1,b:2,", """{"a":1,"b":2}""")]
    [InlineData("a:1\r\nb:2\r\n", """{"a":1,"b":2}""")]
    [InlineData("a { x:1 }\nb:2", """{"a":{"x":1},"b":2}""")]
    public void Newlines_part_like_commas_and_one_comma_may_trail(string text, string json) => Assert.Equal(json, Reads.Json(text));

    [Theory]
    [InlineData("[1,2,3,,]")]
    [InlineData("[,1,2,3]")]
    [InlineData("[1,,2,3]")]
    [InlineData("[,]")]
    [InlineData("{a:1,,b:2}")]
    [InlineData("{,a:1}")]
    [InlineData("{a:1,,}")]
    [InlineData("a:1,,b:2")]
    [InlineData("a { x:1 } b:2")]
    public void Two_commas_in_a_row_and_one_at_the_beginning_are_invalid(string text) => Reads.Error(text);

    [Theory]
    [InlineData(' ')]
    [InlineData('\u00a0')]
    [InlineData('\u2007')]
    [InlineData('\u202f')]
    [InlineData('\u3000')]
    [InlineData('\u2028')]
    [InlineData('\u2029')]
    [InlineData('\ufeff')]
    [InlineData('\t')]
    [InlineData('\v')]
    [InlineData('\f')]
    [InlineData('\r')]
    [InlineData('\u001c')]
    [InlineData('\u001d')]
    [InlineData('\u001e')]
    [InlineData('\u001f')]
    public void White_space_is_what_unicode_and_the_specification_say(char space)
    {
        Assert.Equal("""{"a":1,"b":[2]}""", Reads.Json($"{space}a{space}={space}1{space},{space}b{space}={space}[{space}2{space}]{space}"));
        Assert.Equal("x" + space + "y", HoconDocument.ParseText($"a = {space}x{space}y{space}").Get("a").AsString());
    }

    [Theory]
    [InlineData('\u2028')]
    [InlineData('\u2029')]
    [InlineData('\r')]
    [InlineData('\u0085')]
    public void Only_the_ascii_newline_is_a_newline(char other) => Assert.StartsWith("t:1:", Reads.Error($"a = 1{other}b = 2"), StringComparison.Ordinal);
}
