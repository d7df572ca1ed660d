using System.Text;
using System.Text.Json;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Protocol.Tests.Json;

public sealed class JsonFieldsTests
{
    [Theory]
    [InlineData("""{"a":1,"b":2,"c":3}""", "a,c", """{"a":1,"c":3}""")]
    [InlineData("""{"a":1.50,"b":"\u0041"}""", "b", """{"b":"\u0041"}""")]
    [InlineData("""{"a":{"b":[1,{"a":"}"}]},"b":2}""", "a", """{"a":{"b":[1,{"a":"}"}]}}""")]
    [InlineData("""{"a":"\\\",\"b\":\"","b":"]"}""", "b", """{"b":"]"}""")]
    [InlineData("""{"\u0061\"":1,"a":2}""", "a\"", """{"\u0061\"":1}""")]
    [InlineData("""{"a":1}""", "b", "{}")]
    [InlineData("""{}""", "a", "{}")]
    [InlineData("""[{"a":1}]""", "a", """[{"a":1}]""")]
    [InlineData("\"a\"", "a", "\"a\"")]
    [InlineData("null", "a", "null")]
    public void Of_an_object_the_members_of_these_names_stay_as_they_are(string json, string names, string expected) =>
        Assert.Equal(expected, Select(json, names.Split(',')));

    [Fact]
    public void An_object_that_has_nothing_else_is_not_copied()
    {
        ReadOnlyMemory<byte> json = """{"b":1,"a":2}"""u8.ToArray();

        Assert.Equal(json, JsonFields.Select(json, ["a"u8.ToArray(), "b"u8.ToArray()]));
    }

    [Fact]
    public void Any_object_loses_exactly_what_was_not_asked_for()
    {
        var random = new Random(3);
        for (var i = 0; i < 2_000; i++)
        {
            var members = Enumerable.Range(0, random.Next(8)).Select(n => KeyValuePair.Create($"f{n}{(random.Next(3) == 0 ? "\"\\ü" : "")}", Value(random, 3))).ToList();
            var json = JsonSerializer.Serialize(members.ToDictionary());
            string[] wanted = [.. members.Where(_ => random.Next(2) == 0).Select(member => member.Key), "absent"];

            var selected = Select(json, wanted);

            Assert.Equal(JsonSerializer.Serialize(members.Where(member => wanted.Contains(member.Key)).ToDictionary()), selected);
        }
    }

    private static string Select(string json, string[] names) =>
        Encoding.UTF8.GetString(JsonFields.Select(Encoding.UTF8.GetBytes(json), [.. names.Select(name => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(name))]).Span);

    private static object? Value(Random random, int depth) => random.Next(depth > 0 ? 6 : 4) switch
    {
        0 => null,
        1 => random.Next(),
        2 => "x\"}],{[\\" + random.Next(),
        3 => true,
        4 => Enumerable.Range(0, random.Next(3)).Select(_ => Value(random, depth - 1)).ToArray(),
        _ => Enumerable.Range(0, random.Next(3)).ToDictionary(n => $"f{n}", _ => Value(random, depth - 1)),
    };
}
