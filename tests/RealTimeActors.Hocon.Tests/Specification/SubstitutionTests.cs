using RealTimeActors.Hocon.Tests.Support;

namespace RealTimeActors.Hocon.Tests.Specification;

/// <summary>Sections "Substitutions" and "Substitution fallback to environment variables".</summary>
public sealed class SubstitutionTests
{
    [Theory]
    [InlineData("animal.favorite = cat\nkey : ${animal.favorite} is my favorite animal", "cat is my favorite animal")]
    [InlineData("animal.favorite = cat\nkey : ${animal.favorite}\" is my favorite animal\"", "cat is my favorite animal")]
    [InlineData("animal.favorite = cat\nkey : \"${animal.favorite} is my favorite animal\"", "${animal.favorite} is my favorite animal")]
    [InlineData("a.\"b.c\" = 1, key = x${a.\"b.c\"}", "x1")]
    [InlineData("\"a b\" = 1, key = x${a b}", "x1")]
    [InlineData("a = 1, key = x${ a }y", "x1y")]
    [InlineData("key = ${later}, later = x", "x")]
    [InlineData("a = 1, key = ${a}, a = 2", "2")]
    [InlineData("key = ${a.b}, a.b = 1, a { b = 2 }", "2")]
    [InlineData("in { a = wrong, b { key = ${a} } }, a = root, key = ${in.b.key}", "root")]
    public void Paths_count_from_the_root_and_the_last_value_holds(string text, string value) => Assert.Equal(value, HoconDocument.ParseText(text).Get("key").AsString());

    [Theory]
    [InlineData("a = 1, b = ${a}", """{"a":1,"b":1}""")]
    [InlineData("a = null, b = ${a}", """{"a":null,"b":null}""")]
    [InlineData("a = true, b = ${a}", """{"a":true,"b":true}""")]
    [InlineData("a = \"1\", b = ${a}", """{"a":"1","b":"1"}""")]
    [InlineData("a = [1], b = ${a}", """{"a":[1],"b":[1]}""")]
    [InlineData("a { x = 1 }, b = ${a}", """{"a":{"x":1},"b":{"x":1}}""")]
    [InlineData("a { x = 1 }, b = ${a}, b.y = 2, b.x = 3", """{"a":{"x":1},"b":{"x":3,"y":2}}""")]
    [InlineData("a { x = 1 }, b { x = 2, y = 2 }, b = ${a}", """{"a":{"x":1},"b":{"x":1,"y":2}}""")]
    [InlineData("a = 1, b { x = 2 }, b = ${a}", """{"a":1,"b":1}""")]
    [InlineData("a = 1, b = ${a}, b { x = 2 }", """{"a":1,"b":{"x":2}}""")]
    [InlineData("a = 1, l = [${a}, ${a}]", """{"a":1,"l":[1,1]}""")]
    public void A_substitution_alone_keeps_the_type(string text, string json) => Assert.Equal(json, Reads.Json(text));

    [Theory]
    [InlineData("foo : ${?bar}", "{}")]
    [InlineData("foo : 1, foo : ${?bar}", """{"foo":1}""")]
    [InlineData("foo : {a:1}, foo : ${?bar}, foo : {b:2}", """{"foo":{"a":1,"b":2}}""")]
    [InlineData("[ 1, ${?bar}, 2 ]", "[1,2]")]
    [InlineData("foo : x${?bar}y", """{"foo":"xy"}""")]
    [InlineData("foo : x ${?bar}", """{"foo":"x "}""")]
    [InlineData("foo : [1] ${?bar}", """{"foo":[1]}""")]
    [InlineData("foo : ${?bar} {a:1}", """{"foo":{"a":1}}""")]
    [InlineData("foo : ${?bar}${?baz}", "{}")]
    [InlineData("foo : ${?bar} ${?baz}", "{}")]
    [InlineData("baz = 1, foo : ${?bar}${?baz}", """{"baz":1,"foo":"1"}""")]
    [InlineData("foo : \"\"${?bar}", """{"foo":""}""")]
    [InlineData("foo : ${?bar.x.y}, bar = 1", """{"bar":1}""")]
    [InlineData("foo : ${?bar}, bar = ${?baz}", "{}")]
    public void What_is_optional_and_undefined_is_as_if_it_were_not_there(string text, string json) => Assert.Equal(json, Reads.Json(text));

    [Theory]
    [InlineData("foo : ${bar}", "t:1:7: expected a value for ${bar}, found none (write ${?bar} if it may be missing)")]
    [InlineData("foo : x\nbaz : a ${bar.\"x.y\"} b", "t:2:9: expected a value for ${bar.\"x.y\"}, found none (write ${?bar.\"x.y\"} if it may be missing)")]
    [InlineData("foo : [ 1,\n  ${bar} ]", "t:2:3: expected a value for ${bar}, found none (write ${?bar} if it may be missing)")]
    [InlineData("foo : ${bar}, bar : ${?baz}", "t:1:7: expected a value for ${bar}, found none (write ${?bar} if it may be missing)")]
    public void What_is_needed_and_undefined_is_an_error_at_its_place(string text, string error) => Assert.Equal(error, Reads.Error(text));

    [Theory]
    [InlineData("a = ${HOME}", """{"a":"/home/ann"}""")]
    [InlineData("a = ${?HOME}/x", """{"a":"/home/ann/x"}""")]
    [InlineData("HOME = here, a = ${HOME}", """{"HOME":"here","a":"here"}""")]
    [InlineData("HOME = null, a = ${HOME}", """{"HOME":null,"a":null}""")]
    [InlineData("a = ${EMPTY}", """{"a":""}""")]
    [InlineData("a = ${NUMBER}", """{"a":"8080"}""")]
    [InlineData("a = ${?home}", "{}")]
    [InlineData("a = ${dotted.name}", """{"a":"d"}""")]
    [InlineData("port = 80, port = ${?NUMBER}", """{"port":"8080"}""")]
    public void What_the_configuration_lacks_comes_from_the_environment_as_a_text(string text, string json) =>
        Assert.Equal(json, Reads.Json(text, "HOME", "/home/ann", "EMPTY", "", "NUMBER", "8080", "dotted.name", "d"));

    [Fact]
    public void A_number_from_the_environment_can_be_read_as_one() =>
        Assert.Equal(8080, HoconDocument.ParseText("a = ${NUMBER}", options: Reads.With("NUMBER", "8080")).Get("a").AsInt32());

    [Fact]
    public void Nothing_comes_from_the_environment_unless_it_is_asked_for() => Reads.Error("a = ${PATH}");
}
