using RealTimeActors.Hocon.Tests.Support;

namespace RealTimeActors.Hocon.Tests.Errors;

public sealed class PositionTests
{
    [Theory]
    [InlineData("a = 1\nb", "t:2:2: expected ':', '=', '+=' or '{' after a key, found the end of the text")]
    [InlineData("a = 1\nb c\n", "t:3:1: expected ':', '=', '+=' or '{' after a key, found the end of the text")]
    [InlineData("a =\n", "t:2:1: expected a value, found the end of the text")]
    [InlineData("a = ,", "t:1:5: expected a value, found ','")]
    [InlineData("a = [1,,2]", "t:1:8: expected a value, found ','")]
    [InlineData("a = x*y", "t:1:6: expected a value (this character only stands in quotes), found '*'")]
    [InlineData("url = http://x", "t:1:11: expected a value (this character only stands in quotes), found ':'")]
    [InlineData("a { b = 1", "t:1:10: expected a comma, a new line or '}', found the end of the text")]
    [InlineData("a { b = 1\n", "t:2:1: expected a key or '}', found the end of the text")]
    [InlineData("a = [ 1 }", "t:1:9: expected a comma, a new line or ']', found '}'")]
    [InlineData("a = 1 }", "t:1:7: expected a comma or a new line, found '}'")]
    [InlineData("a = 1\n}", "t:2:1: expected a key, found '}'")]
    [InlineData("{ a = 1 }\n x", "t:2:2: expected the end of the text after the last bracket, found 'x'")]
    [InlineData("a..b = 1", "t:1:1: expected a key before, between and after the dots of a path, found an empty one (write \"\" for a key of no characters)")]
    [InlineData("a = \"x", "t:1:7: expected a quote that ends the string, found the end of the text")]
    [InlineData("a = \"x\ny\"", "t:1:7: expected a quote that ends the string, found the end of the line")]
    [InlineData("a = \"\\x\"", "t:1:6: expected an escape: \\n \\t \\r \\b \\f \\\" \\\\ \\/ or \\u with four hex digits, found a backslash that begins none")]
    [InlineData("a = \"\\u00zz\"", "t:1:6: expected four hex digits after \\u, found something else")]
    [InlineData("a = ${b", "t:1:8: expected '}' after the path of a substitution, found the end of the text")]
    [InlineData("a = ${b:-c}", "t:1:8: expected '}' after the path of a substitution, found ':'")]
    [InlineData("a = ${}", "t:1:7: expected the path of a substitution, found '}'")]
    [InlineData("a = {} x", "t:1:8: expected an object beside an object (or a comma between the two), found a text")]
    [InlineData("v = []\na = {} ${v}", "t:2:8: expected an object to be concatenated with an object, found a list")]
    [InlineData("v = []\na = x y${v}z", "t:2:8: expected a text to be concatenated with a text, found a list")]
    [InlineData("\u0001", "t:1:2: expected ':', '=', '+=' or '{' after a key, found the end of the text")]
    [InlineData("a = \"\"\"x", "t:1:5: expected three quotes that end the string, found the end of the text")]
    public void Every_error_says_where_it_is_what_was_expected_and_what_came(string text, string error) => Assert.Equal(error, Reads.Error(text));

    [Fact]
    public void The_place_can_be_read_without_the_message()
    {
        var error = Assert.Throws<HoconException>(() => HoconDocument.ParseText("a = 1\n  b = ${c}", "my.conf"));

        Assert.Equal(("my.conf", 2, 7), (error.File, error.Line, error.Column));
        Assert.Equal("expected a value for ${c}, found none (write ${?c} if it may be missing)", error.Problem);
    }

    [Fact]
    public void Json_files_begin_with_a_bracket()
    {
        using var folder = new Folder();
        folder.Write("a.json", "a = 1");
        folder.Write("b.json", "");

        Assert.Equal("a.json:1:1: expected '{' or '[', with which JSON begins, found 'a'", folder.Error("a.json"));
        Assert.Equal("b.json:1:1: expected '{' or '[', with which JSON begins, found the end of the text", folder.Error("b.json"));
    }

    [Fact]
    public void Bytes_that_are_no_utf8_have_a_place()
    {
        using var folder = new Folder();
        File.WriteAllBytes(folder.PathOf("a.conf"), [.. "a = 1\nb = "u8, 0xC3, 0x28]);

        Assert.Equal("a.conf:2:5: expected UTF-8, found bytes that are none", folder.Error("a.conf"));
    }

    [Fact]
    public void A_byte_order_mark_is_white_space()
    {
        using var folder = new Folder();
        File.WriteAllBytes(folder.PathOf("a.conf"), [0xEF, 0xBB, 0xBF, .. "a = 1"u8]);

        Assert.Equal("""{"a":1}""", folder.Json("a.conf"));
    }

    [Fact]
    public void No_message_repeats_a_value()
    {
        const string Secret = "hunter2";
        string[] texts =
        [
            $"password = \"{Secret}", $"password = {Secret}* ", $"password = {Secret} {{}}", $"password = {Secret}\npassword += 1", $"password = [{Secret}] x",
            $"password = \"{Secret}\\x\"", $"p = {Secret}, password = ${{p}} [1]", $"\"{Secret}", $"password = {Secret}${{none}}", $"a {{ password = {Secret} ]",
        ];

        Assert.All(texts, text => Assert.DoesNotContain(Secret, Reads.Error(text), StringComparison.Ordinal));
    }
}
