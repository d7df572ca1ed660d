using RealTimeActors.Hocon.Tests.Support;

namespace RealTimeActors.Hocon.Tests.Specification;

/// <summary>Section "Includes".</summary>
public sealed class IncludeTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("include \"b.conf\"")]
    [InlineData("include   \"b.conf\"")]
    [InlineData("include\n\n\"b.conf\"")]
    [InlineData("include file(\"b.conf\")")]
    [InlineData("include file( \"b.conf\" )")]
    [InlineData("include required(\"b.conf\")")]
    [InlineData("include required( file( \"b.conf\" ) )")]
    [InlineData("{ include \"b.conf\" }")]
    [InlineData("include \"b.conf\",")]
    [InlineData("include \"b\"")]
    [InlineData("include \"./b.conf\"")]
    [InlineData("include \"missing.conf\", include \"b.conf\"\ninclude \"missing\"")]
    public void Includes_stand_where_a_field_may_stand(string text)
    {
        _folder.Write("b.conf", "x = 1");
        _folder.Write("a.conf", text);

        Assert.Equal("""{"x":1}""", _folder.Json("a.conf"));
    }

    [Theory]
    [InlineData("include b.conf", "a.conf:1:9: expected a file name in quotes after include (write \"include\" in quotes for a key of this name), found 'b'")]
    [InlineData("include = 1", "a.conf:1:9: expected a file name in quotes after include (write \"include\" in quotes for a key of this name), found '='")]
    [InlineData("include : 1", "a.conf:1:9: expected a file name in quotes after include (write \"include\" in quotes for a key of this name), found ':'")]
    [InlineData("include", "a.conf:1:8: expected a file name in quotes after include (write \"include\" in quotes for a key of this name), found the end of the text")]
    [InlineData("include ${x}", "a.conf:1:9: expected a file name in quotes after include (write \"include\" in quotes for a key of this name), found '$'")]
    [InlineData("include \"b.conf\" x", "a.conf:1:18: expected a comma or a new line, found 'x'")]
    [InlineData("include \"b.conf\" \"c.conf\"", "a.conf:1:18: expected a comma or a new line, found '\"'")]
    [InlineData("include file(b.conf)", "a.conf:1:14: expected a file name in quotes after include (write \"include\" in quotes for a key of this name), found 'b'")]
    [InlineData("include file(\"b.conf\"", "a.conf:1:22: expected ')', which ends file(…), found the end of the text")]
    [InlineData("include required(\"b.conf\"", "a.conf:1:26: expected ')', which ends required(…), found the end of the text")]
    [InlineData("include url(\"http://x/b.conf\")", "a.conf:1:9: expected a file to include, as include \"other.conf\", found url(…), which is not supported")]
    [InlineData("include required(classpath(\"b.conf\"))", "a.conf:1:18: expected a file to include, as include \"other.conf\", found classpath(…), which is not supported")]
    [InlineData("\ninclude \"https://example.org/b.conf\"", "a.conf:2:1: expected a file to include, found a URL, which is not supported")]
    [InlineData("include \"\"", "a.conf:1:1: expected the name of a file to include, found none")]
    public void Everything_else_after_include_is_an_error(string text, string error)
    {
        _folder.Write("b.conf", "x = 1");
        _folder.Write("a.conf", text);

        Assert.Equal(error, _folder.Error("a.conf"));
    }

    [Theory]
    [InlineData("{ foo include : 42 }", """{"foo include":42}""")]
    [InlineData("{ foo : include }", """{"foo":"include"}""")]
    [InlineData("[ include ]", """["include"]""")]
    [InlineData("""{ "include" : 42 }""", """{"include":42}""")]
    [InlineData("includes = 1, include-x = 2", """{"includes":1,"include-x":2}""")]
    [InlineData("a.include = 1", """{"a":{"include":1}}""")]
    public void Include_is_a_word_like_others_elsewhere(string text, string json) => Assert.Equal(json, Reads.Json(text));

    [Theory]
    [InlineData("x = 0, include \"b.conf\"", """{"x":1,"o":{"p":1}}""")]
    [InlineData("include \"b.conf\", x = 2", """{"x":2,"o":{"p":1}}""")]
    [InlineData("o { q = 2 }, include \"b.conf\"", """{"o":{"q":2,"p":1},"x":1}""")]
    [InlineData("include \"b.conf\", o { q = 2 }", """{"x":1,"o":{"p":1,"q":2}}""")]
    [InlineData("include \"b.conf\", o = null", """{"x":1,"o":null}""")]
    [InlineData("in { include \"b.conf\" }", """{"in":{"x":1,"o":{"p":1}}}""")]
    [InlineData("l = [ { include \"b.conf\" } ]", """{"l":[{"x":1,"o":{"p":1}}]}""")]
    public void Included_keys_stand_where_the_include_stands(string text, string json)
    {
        _folder.Write("b.conf", "{ x = 1, o { p = 1 } }");
        _folder.Write("a.conf", text);

        Reads.Same(_folder.Json("a.conf"), json);
    }

    [Fact]
    public void An_included_file_is_an_object()
    {
        _folder.Write("b.conf", "\n[1]");
        _folder.Write("a.conf", "include \"b.conf\"");

        Assert.Equal("b.conf:2:1: expected an object in an included file, found a list", _folder.Error("a.conf"));
    }

    [Theory]
    [InlineData("{ a : { include \"foo.conf\" } }", "{ x : 10, y : ${x} }", """{"a":{"x":10,"y":10}}""")]
    [InlineData("{ a : { include \"foo.conf\" }, a : { x : 42 } }", "{ x : 10, y : ${x} }", """{"a":{"x":42,"y":42}}""")]
    [InlineData("{ x : 5, a : { include \"foo.conf\" } }", "{ x : 10, y : ${x} }", """{"x":5,"a":{"x":10,"y":10}}""")]
    [InlineData("{ x : 5, a : { include \"foo.conf\" } }", "{ y : ${x} }", """{"x":5,"a":{"y":5}}""")]
    [InlineData("a.b : { include \"foo.conf\" }, a.x : 7", "{ y : ${x}, z : ${a.x} }", null)]
    [InlineData("a.b { include \"foo.conf\" }, a.x : 7", "{ z : ${a.x} }", """{"a":{"b":{"z":7},"x":7}}""")]
    [InlineData("a { include \"foo.conf\" }", "l = [1], l = ${l} [2], l += 3", """{"a":{"l":[1,2,3]}}""")]
    [InlineData("a { l = [0], include \"foo.conf\" }", "l += 3", """{"a":{"l":[0,3]}}""")]
    [InlineData("a { include \"foo.conf\" }", "y = ${?V}", """{"a":{"y":"env"}}""")]
    [InlineData("V = own, a { include \"foo.conf\" }", "y = ${?V}", """{"V":"own","a":{"y":"own"}}""")]
    [InlineData("l = [ { include \"foo.conf\" } ]", "x = 1, y = ${x}", """{"l":[{"x":1,"y":1}]}""")]
    [InlineData("l = [ 0, { i { include \"foo.conf\" } } ], v = 2", "x = 1, y = ${x}${v}", """{"l":[0,{"i":{"x":1,"y":"12"}}],"v":2}""")]
    public void Substitutions_count_from_where_the_file_is_included_or_else_from_the_root(string including, string included, string? json)
    {
        _folder.Write("foo.conf", included);
        _folder.Write("a.conf", including);

        if (json is null)
            Assert.StartsWith("foo.conf:1:7: expected a value for ${x}", _folder.Error("a.conf"), StringComparison.Ordinal);
        else
            Assert.Equal(json, _folder.Json("a.conf", "V", "env"));
    }

    [Fact]
    public void Substitutions_of_files_that_include_each_other_count_from_each_of_them()
    {
        _folder.Write("root.conf", "a { include \"middle.conf\" }, v = root, only = root");
        _folder.Write("middle.conf", "b { include \"inner.conf\" }, v = middle, w = middle");
        _folder.Write("inner.conf", "v1 = ${v}, v2 = ${w}, v3 = ${only}, v4 = ${x}, x = inner");

        Assert.Equal("""{"v1":"middle","v2":"middle","v3":"root","v4":"inner","x":"inner"}""", HoconDocument.ParseFile(_folder.PathOf("root.conf")).Get("a.b").ToJson());
    }

    [Fact]
    public void A_name_without_extension_takes_properties_then_json_then_conf()
    {
        _folder.Write("foo.properties", "p = p\na = p\nb = p");
        _folder.Write("foo.json", """{ "a" : "j", "b" : "j", "j" : 1 }""");
        _folder.Write("foo.conf", "b = c, c = ${j}");
        _folder.Write("a.conf", "include \"foo\"");
        _folder.Write("b.conf", "include required(\"foo\")");

        Reads.Same(_folder.Json("a.conf"), """{"p":"p","a":"j","b":"c","j":1,"c":1}""");
        Assert.Equal(_folder.Json("a.conf"), _folder.Json("b.conf"));
    }

    [Theory]
    [InlineData("missing.conf", "a.conf:2:3: expected the required file missing.conf, found none")]
    [InlineData("missing", "a.conf:2:3: expected the required file missing.properties or missing.json or missing.conf, found none")]
    public void What_is_required_has_to_be_there(string name, string error)
    {
        _folder.Write("a.conf", $"\n  include required(\"{name}\")");

        Assert.Equal(error, _folder.Error("a.conf"));
    }

    [Fact]
    public void Names_are_relative_to_the_including_file_and_may_be_absolute()
    {
        _folder.Write("a.conf", "include \"sub/b.conf\"");
        _folder.Write("sub/b.conf", $"include \"c.conf\", include \"../d.conf\", include \"{_folder.PathOf("e.conf").Replace("\\", "\\\\", StringComparison.Ordinal)}\"");
        _folder.Write("sub/c.conf", "c = 1");
        _folder.Write("d.conf", "d = 1");
        _folder.Write("e.conf", "e = 1");

        Assert.Equal("""{"c":1,"d":1,"e":1}""", _folder.Json("a.conf"));
    }

    [Fact]
    public void A_text_that_is_no_file_has_nothing_beside_it() =>
        Assert.Equal("t:1:1: expected an absolute path, found \"b.conf\": this text is no file that the name could be relative to", Reads.Error("include \"b.conf\""));

    [Fact]
    public void Files_that_include_each_other_are_a_circle()
    {
        _folder.Write("a.conf", "include \"b.conf\"");
        _folder.Write("b.conf", "x { include \"sub/../a.conf\" }");

        Assert.Equal("b.conf:1:5: expected a file that does not include itself, found a.conf -> b.conf -> sub/../a.conf", _folder.Error("a.conf"));
    }

    [Fact]
    public void A_file_may_be_included_twice()
    {
        _folder.Write("a.conf", "x { include \"b.conf\" }, y { include \"b.conf\" }");
        _folder.Write("b.conf", "v = 1, w = ${v}");

        Assert.Equal("""{"x":{"v":1,"w":1},"y":{"v":1,"w":1}}""", _folder.Json("a.conf"));
    }

    [Fact]
    public void A_directory_is_no_missing_file()
    {
        Directory.CreateDirectory(_folder.PathOf("b.conf"));
        _folder.Write("a.conf", "include \"b.conf\"");

        Assert.Equal("a.conf:1:1: expected a file, found the directory b.conf", _folder.Error("a.conf"));
    }

    [Fact]
    public void The_first_file_has_to_be_there() => Assert.Equal("none.conf: the file cannot be read: there is none of this name", _folder.Error("none.conf"));

    [Fact]
    public void Every_value_knows_the_file_it_comes_from()
    {
        _folder.Write("b.conf", "\n  x = 1");
        _folder.Write("a.conf", "include \"b.conf\"\ny = ${x}\nz = ${V}");
        var root = HoconDocument.ParseFile(_folder.PathOf("a.conf"), Reads.With("V", "v"));

        Assert.Equal(new HoconOrigin(_folder.PathOf("b.conf"), 2, 7), root.Get("x").Origin);
        Assert.Equal(new HoconOrigin(_folder.PathOf("b.conf"), 2, 7), root.Get("y").Origin);
        Assert.Equal(new HoconOrigin(_folder.PathOf("a.conf"), 3, 5), root.Get("z").Origin);
    }
}
