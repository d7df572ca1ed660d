using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace RealTimeActors.Hocon.Tests.Properties;

/// <summary>JSON by chance, as a tree. Keys and texts are full of what has a meaning in HOCON.</summary>
internal static class AnyJson
{
    private const string Characters = "ab.:=,{}[]\"\\$?+#/*& \t\n\r\u0001é€\u2028\ufeff-0e";

    internal static Arbitrary<string> Document { get; } = Arb.From(Gen.Choose(0, 4).SelectMany(depth => Gen.OneOf(Object(depth), Array(depth))).Select(node => node.ToJsonString()));

    internal static Gen<string> Text { get; } = Gen.ArrayOf(Gen.Elements(Characters.ToCharArray())).Select(characters => new string(characters));

    private static Gen<JsonNode?> Value(int depth) => depth == 0
        ? Scalar()
        : Gen.Frequency((3, Scalar()), (1, Object(depth - 1).Select(node => (JsonNode?)node)), (1, Array(depth - 1).Select(node => (JsonNode?)node)));

    private static Gen<JsonNode?> Scalar() => Gen.OneOf(
        Text.Select(text => (JsonNode?)JsonValue.Create(text)),
        Gen.Elements("0", "-1", "1.50", "1e5", "-2.5E-3", "12345678901234567890").Select(number => JsonNode.Parse(number)),
        Gen.Elements(true, false).Select(flag => (JsonNode?)JsonValue.Create(flag)),
        Gen.Constant<JsonNode?>(null));

    private static Gen<JsonNode> Object(int depth) => Gen.ListOf(Text.SelectMany(key => Value(depth).Select(value => (key, value)))).Select(members =>
    {
        var node = new JsonObject();
        foreach (var (key, value) in members)
            node[key] = value?.DeepClone();

        return (JsonNode)node;
    });

    private static Gen<JsonNode> Array(int depth) => Gen.ListOf(Value(depth)).Select(elements => (JsonNode)new JsonArray([.. elements.Select(element => element?.DeepClone())]));

    /// <summary>Pieces of HOCON in any order: mostly wrong, sometimes right, now and then in a circle.</summary>
    internal static Arbitrary<string> Pieces { get; } = Arb.From(Gen.ArrayOf(Gen.Elements(
        "a", "b", "a.b", " ", "\n", ",", "=", ":", "+=", "{", "}", "[", "]", "\"", "\"x\"", "\"\"\"", "${a}", "${?b}", "${a.b}", "${?a} ", "$", "${", "1", "-1.5e3", "true", "null",
        "#", "//", "include ", "include \"x\"", "\\", "*", "a = ", "b = ${a} {", "a = [1] ", "b { a = ", "a += ", "\ufeff", "\ud800")).Select(string.Concat));

    internal static Arbitrary<byte[]> Bytes { get; } = Arb.From(Gen.ArrayOf(Gen.Choose(0, 255).Select(number => (byte)number)));

    internal static string Latin(byte[] bytes) => Encoding.Latin1.GetString(bytes);
}
