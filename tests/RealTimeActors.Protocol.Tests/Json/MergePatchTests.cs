using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Protocol.Tests.Json;

public sealed class MergePatchTests
{
    private static readonly Config _runs = Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(20);

    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", "{}")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"b"}""", """["c"]""", """["c"]""")]
    [InlineData("""{"a":"foo"}""", "null", "null")]
    [InlineData("""{"a":"foo"}""", "\"bar\"", "\"bar\"")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("[1,2]", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void Does_what_appendix_A_of_RFC_7396_says(string target, string patch, string result) => Assert.Equal(result, Applied(target, patch));

    [Theory]
    [InlineData("", """{"a":{"b":null,"c":1}}""", """{"a":{"c":1}}""")]
    [InlineData("", "5", "5")]
    [InlineData("""{"n":1.50,"s":"\u00e9"}""", """{"m":1e0}""", """{"n":1.50,"s":"\u00e9","m":1e0}""")]
    [InlineData("""{"\u0061":1,"b\\":2}""", """{"a":3,"b\u005c":null}""", """{"\u0061":3}""")]
    public void Leaves_every_token_as_it_stands_and_knows_a_name_however_it_is_written(string target, string patch, string result) => Assert.Equal(result, Applied(target, patch));

    [Fact]
    public void Many_members_are_found_by_their_names()
    {
        var target = "{" + string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"n{i}\":{i}")) + "}";
        var patch = "{" + string.Join(',', Enumerable.Range(0, 500).Reverse().Select(i => $"\"\\u006e{i}\":{(i % 2 == 0 ? "null" : "0")}")) + "}";

        Assert.Equal("{" + string.Join(',', Enumerable.Range(0, 500).Where(i => i % 2 == 1).Select(i => $"\"n{i}\":0")) + "}", Applied(target, patch));
    }

    [Theory]
    [InlineData("""{"a":1,"b":{"c":1,"d":2}}""", """{"a":1,"b":{"c":2}}""", """{"b":{"c":2,"d":null}}""")]
    [InlineData("""{"a":1}""", """{"a":{"b":1}}""", """{"a":{"b":1}}""")]
    [InlineData("", "{}", "{}")]
    [InlineData("5", """{"a":[null]}""", """{"a":[null]}""")]
    [InlineData("""{"a":1}""", "5", "5")]
    [InlineData("""{"a":null}""", """{"a":null}""", "{}")]
    public void Finds_the_patch_between_two_values(string from, string to, string patch)
    {
        Assert.True(MergePatch.TryDiff(Bytes(from), Bytes(to), out var found));

        Assert.Equal(patch, Encoding.UTF8.GetString(found));
    }

    [Theory]
    [InlineData("{}", """{"a":null}""")]
    [InlineData("""{"a":{"b":1}}""", """{"a":{"b":null}}""")]
    [InlineData("", """{"a":{"b":null}}""")]
    public void Says_so_where_no_patch_can_say_it(string from, string to) => Assert.False(MergePatch.TryDiff(Bytes(from), Bytes(to), out _));

    [Fact]
    public void Does_the_same_as_the_rule_in_the_RFC_for_any_two_values() => Prop.ForAll(Pairs, pair =>
    {
        var expected = Merged(JsonNode.Parse(pair.Item1), JsonNode.Parse(pair.Item2));

        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(Applied(pair.Item1, pair.Item2))));
    }).Check(_runs);

    [Fact]
    public void A_patch_that_was_found_leads_from_one_to_the_other() => Prop.ForAll(Pairs, pair =>
    {
        if (MergePatch.TryDiff(Bytes(pair.Item1), Bytes(pair.Item2), out var patch))
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(pair.Item2), JsonNode.Parse(Applied(pair.Item1, Encoding.UTF8.GetString(patch)))));
        else
            Assert.Contains("null", pair.Item2, StringComparison.Ordinal);
    }).Check(_runs);

    private static Arbitrary<(string, string)> Pairs { get; } =
        Gen.Choose(0, 3).SelectMany(Json).SelectMany(one => Gen.Choose(0, 3).SelectMany(Json).Select(other => (one, other))).ToArbitrary();

    private static Gen<string> Json(int depth) => depth == 0
        ? Gen.Elements("0", "1.5", "\"x\"", "null", "true", "[]", "[null,{\"a\":null}]")
        : Gen.Frequency((1, Json(0)), (3, Gen.Elements("a", "b", "c").SelectMany(name => Json(depth - 1).Select(value => (name, value))).ArrayOf()
            .Select(members => "{" + string.Join(',', members.DistinctBy(member => member.name).Select(member => $"\"{member.name}\":{member.value}")) + "}")));

    /// <summary>RFC 7396, section 2, word for word.</summary>
    private static JsonNode? Merged(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
            return patch?.DeepClone();

        var result = target is JsonObject ? target.DeepClone().AsObject() : [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
                result.Remove(name);
            else
                result[name] = Merged(result[name], value);
        }

        return result;
    }

    private static string Applied(string target, string patch) => Encoding.UTF8.GetString(MergePatch.Apply(Bytes(target), Bytes(patch)).Span);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
