using RealTimeActors.Hocon.Tests.Support;

namespace RealTimeActors.Hocon.Tests.Specification;

/// <summary>Section "Java properties mapping", and the format as Java has it.</summary>
public sealed class PropertiesTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a=b", """{"a":"b"}""")]
    [InlineData("a.b=1\na.c=true", """{"a":{"b":"1","c":"true"}}""")]
    [InlineData("a = b", """{"a":"b"}""")]
    [InlineData("a:b\nc b\n  d\t=\tx y ", """{"a":"b","c":"b","d":"x y "}""")]
    [InlineData("a", """{"a":""}""")]
    [InlineData("a=", """{"a":""}""")]
    [InlineData("# no\n! no\n\n  # no\na=#!", """{"a":"#!"}""")]
    [InlineData("a=b\\\n   c\\\r\n d", """{"a":"bcd"}""")]
    [InlineData("a\\ b\\=\\:=\\u0041\\t\\n\\r\\f\\x\\\\", "{\"a b=:\":\"A\\t\\n\\r\\u000cx\\\\\"}")]
    [InlineData("a=1\ra=2\r\nb=3", """{"a":"2","b":"3"}""")]
    [InlineData("a=${x}", """{"a":"${x}"}""")]
    [InlineData("a=b=c", """{"a":"b=c"}""")]
    [InlineData("a==c", """{"a":"=c"}""")]
    [InlineData("a=b\\", """{"a":"b"}""")]
    [InlineData("", "{}")]
    public void Keys_and_texts_stand_one_a_line(string text, string json)
    {
        _folder.Write("a.properties", text);

        Assert.Equal(json, _folder.Json("a.properties"));
    }

    [Theory]
    [InlineData(".=x", """{"":{"":"x"}}""")]
    [InlineData("a.=x", """{"a":{"":"x"}}""")]
    [InlineData(".a=x", """{"":{"a":"x"}}""")]
    [InlineData("a..b=x", """{"a":{"":{"b":"x"}}}""")]
    [InlineData("\"a.b\"=x", "{\"\\\"a\":{\"b\\\"\":\"x\"}}")]
    public void Every_dot_parts_keys_whatever_is_between_them(string text, string json)
    {
        _folder.Write("a.properties", text);

        Assert.Equal(json, _folder.Json("a.properties"));
    }

    [Theory]
    [InlineData("a=hello\na.b=world")]
    [InlineData("a.b=world\na=hello")]
    public void Keys_below_win_over_a_text_whatever_the_order(string text)
    {
        _folder.Write("a.properties", text);

        Assert.Equal("""{"a":{"b":"world"}}""", _folder.Json("a.properties"));
    }

    [Fact]
    public void Numbered_keys_are_a_list_for_whoever_asks_for_one()
    {
        _folder.Write("a.properties", "foo.0 = a\nfoo.1 = b\nn = 5\nflag = yes\nsize = 1 KiB");
        var root = HoconDocument.ParseFile(_folder.PathOf("a.properties"));

        Assert.Equal("""["a","b"]""", root.Get("foo").AsArray().ToJson());
        Assert.Equal((5, true, 1_024L), (root.Get("n").AsInt32(), root.Get("flag").AsBoolean(), root.Get("size").AsBytes()));
    }

    [Fact]
    public void Properties_are_included_where_the_include_stands()
    {
        _folder.Write("a.properties", "x.y=1\nx.z=2");
        _folder.Write("a.conf", "in { x.y = 0, include \"a.properties\", x.z = 3 }");

        Assert.Equal("""{"in":{"x":{"y":"1","z":3}}}""", _folder.Json("a.conf"));
    }

    [Fact]
    public void A_wrong_escape_is_an_error_at_its_place()
    {
        _folder.Write("a.properties", "a=b\nc=\\u12");

        Assert.Equal("a.properties:2:5: expected four hex digits after \\u, found '1'", _folder.Error("a.properties"));
    }

    [Fact]
    public void Texts_know_their_line()
    {
        _folder.Write("a.properties", "# one\n\na.b = x");

        Assert.Equal((3, 7), HoconDocument.ParseFile(_folder.PathOf("a.properties")).Get("a.b").Origin is var origin ? (origin.Line, origin.Column) : default);
    }
}
