using RealTimeActors.Hocon.Tests.Support;

namespace RealTimeActors.Hocon.Tests.Specification;

/// <summary>Sections "Self-Referential Substitutions", "The += field separator" and "Examples of Self-Referential Substitutions".</summary>
public sealed class SelfReferenceTests
{
    [Theory]
    [InlineData("path : \"a:b:c\"\npath : ${path}\":d\"", """{"path":"a:b:c:d"}""")]
    [InlineData("a = x, a = ${a}y, a = ${a}z", """{"a":"xyz"}""")]
    [InlineData("a.b = 1, a.b = ${a.b}2", """{"a":{"b":"12"}}""")]
    [InlineData("a = 1, a = ${a}", """{"a":1}""")]
    [InlineData("foo : { a : 1 }\nfoo : ${foo}", """{"foo":{"a":1}}""")]
    [InlineData("foo : { a : { c : 1 } }\nfoo : ${foo.a}\nfoo : { a : 2 }", """{"foo":{"a":2,"c":1}}""")]
    [InlineData("a = ${?a}foo", """{"a":"foo"}""")]
    [InlineData("foo : ${?foo}", "{}")]
    [InlineData("a = 1, a = ${?a}foo", """{"a":"1foo"}""")]
    [InlineData("a = 1, b = ${a}, a = ${b}2", """{"a":"12","b":1}""")]
    [InlineData("x = 5, a = ${x}, a = ${a}${x}", """{"x":5,"a":"55"}""")]
    [InlineData("a = [1], a = ${a} [ ${a} ]", """{"a":[1,[1]]}""")]
    [InlineData("a { x = 1 }, a = ${a} { y = ${a} }", """{"a":{"x":1,"y":{"x":1}}}""")]
    [InlineData("a { x = 1 }, a = ${a} { y = ${a} { z = 2 } }", """{"a":{"x":1,"y":{"x":1,"z":2}}}""")]
    public void A_field_that_refers_to_itself_looks_back(string text, string json) => Assert.Equal(json, Reads.Json(text));

    [Theory]
    [InlineData("bar : { foo : 42, baz : ${bar.foo} }", """{"bar":{"foo":42,"baz":42}}""")]
    [InlineData("bar : { foo : 42, baz : ${bar.foo} }\nbar : { foo : 43 }", """{"bar":{"foo":43,"baz":43}}""")]
    [InlineData("bar : { a : ${foo.d}, b : 1 }\nbar.b = 3\nfoo : { c : ${bar.b}, d : 2 }\nfoo.d = 4", """{"bar":{"a":4,"b":3},"foo":{"c":3,"d":4}}""")]
    [InlineData("a = ${b}, b { x = ${a.y}, y = 1 }", """{"a":{"x":1,"y":1},"b":{"x":1,"y":1}}""")]
    [InlineData("a { x = 1, y = ${a.x} }, a = ${a} { x = 2 }", """{"a":{"x":2,"y":2}}""")]
    [InlineData("a { x = 1, x = ${a.x}5 }, b = ${a}{ y = 1 }", """{"a":{"x":"15"},"b":{"x":"15","y":1}}""")]
    [InlineData("b = ${a}{ y = 1 }, a { x = 1, x = ${a.x}5 }", """{"b":{"x":"15","y":1},"a":{"x":"15"}}""")]
    public void Objects_may_refer_to_paths_within_themselves_and_look_forward(string text, string json) => Assert.Equal(json, Reads.Json(text));

    [Theory]
    [InlineData("foo : ${foo}", "t:1:7: expected an earlier value for ${foo} to look back at, found none (write ${?foo} if it may be missing)")]
    [InlineData("a : ${a}bc", "t:1:5: expected an earlier value for ${a} to look back at, found none (write ${?a} if it may be missing)")]
    [InlineData("foo : ${foo}\nfoo : { a : 1 }", "t:1:7: expected an earlier value for ${foo} to look back at, found none (write ${?foo} if it may be missing)")]
    [InlineData("bar : ${foo}\nfoo : ${bar}", "t:2:7: expected a value that does not depend on itself, found the circle ${foo} -> ${bar}")]
    [InlineData("a : ${b}\nb : ${c}\nc : ${a}", "t:3:5: expected a value that does not depend on itself, found the circle ${b} -> ${c} -> ${a}")]
    [InlineData("x : ${a}\na : ${b}1\nb : 2${a}", "t:3:6: expected a value that does not depend on itself, found the circle ${b} -> ${a}")]
    [InlineData("a : { b : ${a} }", "t:1:11: expected a value that ends, found one that contains itself")]
    [InlineData("a : [${a}]", "t:1:6: expected a value that ends, found one that contains itself")]
    [InlineData("a : { b : ${a} { c : 1 } }", "t:1:11: expected a value that ends, found one that contains itself")]
    [InlineData("a { x = 1 }, a = ${a} { y = ${b} }, b = ${a}", "t:1:29: expected a value that ends, found one that contains itself")]
    [InlineData("a : { b : [ { c : ${a} } ] }", "t:1:19: expected a value that ends, found one that contains itself")]
    public void Circles_are_errors_at_the_substitution_that_closes_them(string text, string error) => Assert.Equal(error, Reads.Error(text));

    [Theory]
    [InlineData("a : ${?b}, b : ${?a}", "{}")]
    [InlineData("a : ${?b}, b : ${?c}, c : ${?a}", "{}")]
    [InlineData("a : { b : ${?a}, c : 1 }", """{"a":{"c":1}}""")]
    [InlineData("a : [1, ${?a}]", """{"a":[1]}""")]
    [InlineData("a : { b : ${?a}${?c} }", """{"a":{}}""")]
    [InlineData("a : { b : ${?a} { c : 1 } }", """{"a":{"b":{"c":1}}}""")]
    [InlineData("a : { c { b : 1 }, c : ${?a} }", """{"a":{"c":{"b":1}}}""")]
    [InlineData("a : { b : 1, b : ${?a} }", """{"a":{"b":1}}""")]
    public void Optional_circles_are_undefined(string text, string json) => Assert.Equal(json, Reads.Json(text));

    [Theory]
    [InlineData("foo : ${does-not-exist}\nfoo : 42", """{"foo":42}""")]
    [InlineData("foo : ${foo}, foo : 42", """{"foo":42}""")]
    [InlineData("foo : ${does-not-exist} [1]\nfoo : [2]", """{"foo":[2]}""")]
    [InlineData("x = 42, foo : ${does-not-exist}\nfoo : ${x}", """{"x":42,"foo":42}""")]
    public void What_is_hidden_is_never_looked_at(string text, string json) => Assert.Equal(json, Reads.Json(text));

    [Theory]
    [InlineData("a : 1\nb : 2\na : ${b}\nb : ${a}")]
    [InlineData("b : 2\na : 1\nb : ${a}\na : ${b}")]
    public void Two_that_refer_to_each_other_and_can_look_back_come_to_the_same(string text)
    {
        var root = HoconDocument.ParseText(text);

        Assert.Equal(root.Get("a").AsString(), root.Get("b").AsString());
    }

    [Theory]
    [InlineData("a += b", """{"a":["b"]}""")]
    [InlineData("a = [1]\na += 2", """{"a":[1,2]}""")]
    [InlineData("a = [1]\na += [2]", """{"a":[1,[2]]}""")]
    [InlineData("a += 1\na += 2\na += { x = 3 }", """{"a":[1,2,{"x":3}]}""")]
    [InlineData("a = ${b}\na += 2\nb = [1]", """{"a":[1,2],"b":[1]}""")]
    [InlineData("a.b += 1\na { b += 2 }", """{"a":{"b":[1,2]}}""")]
    [InlineData("b = 5, a += ${b}\na += x ${b}", """{"b":5,"a":[5,"x 5"]}""")]
    [InlineData("a = [1], a += 2, a = [3], a += 4", """{"a":[3,4]}""")]
    [InlineData("a = ${?NOPE}, a += 1", """{"a":[1]}""")]
    [InlineData("a = [1], a += ${a}", """{"a":[1,[1]]}""")]
    [InlineData("a += 1, a += 2, a += { all = ${a} }, a += 3", """{"a":[1,2,{"all":[1,2]},3]}""")]
    [InlineData("a += { all = ${?a} }", """{"a":[{}]}""")]
    [InlineData("a { l = [1] }, a = ${a} { l += 2 }", """{"a":{"l":[1,2]}}""")]
    [InlineData("[ { a = [1], a += 2 }, { a += 3 } ]", """[{"a":[1,2]},{"a":[3]}]""")]
    [InlineData("a { 0 = x }, a += y", """{"a":["x","y"]}""")]
    public void Plus_equals_appends_an_element(string text, string json) => Assert.Equal(json, Reads.Json(text));

    [Theory]
    [InlineData("a = 1, a += 2")]
    [InlineData("a = null, a += 2")]
    [InlineData("a = { x = 1 }, a += 2")]
    public void Plus_equals_needs_a_list_to_append_to(string text) => Reads.Error(text);

    [Fact]
    public void Plus_equals_does_not_take_a_variable_of_the_environment_for_a_list() => Assert.Equal("""{"PATH":["x"]}""", Reads.Json("PATH += x", "PATH", "/bin"));

    [Fact]
    public void Long_lists_of_appended_elements_are_no_long_chain()
    {
        var text = string.Concat(Enumerable.Range(0, 5_000).Select(i => $"a += {i}\n"));

        Assert.Equal(5_000, HoconDocument.ParseText(text).Get("a").AsArray().Count);
    }
}
