namespace RealTimeActors.Hocon.Tests.Support;

/// <summary>HOCON in, JSON out.</summary>
internal static class Reads
{
    /// <summary>Reads and resolves a text. Variables of the environment, if any, as name and value in turn.</summary>
    internal static string Json(string text, params string[] variables) => HoconDocument.ParseText(text, options: With(variables)).ToJson();

    /// <summary>Both texts come to the same, whatever the order of their keys.</summary>
    internal static void Same(string one, string other, params string[] variables) => Assert.Equal(Sorted(Json(other, variables)), Sorted(Json(one, variables)));

    /// <summary>The message of what is wrong with a text, with its place.</summary>
    internal static string Error(string text, params string[] variables) =>
        Assert.Throws<HoconException>(() => HoconDocument.ParseText(text, "t", With(variables))).Message;

    internal static HoconOptions With(params string[] variables)
    {
        var environment = variables.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        return new HoconOptions { Environment = environment.GetValueOrDefault };
    }

    private static string Sorted(string json)
    {
        var node = System.Text.Json.Nodes.JsonNode.Parse(json);
        return Sort(node)?.ToJsonString() ?? "null";
    }

    private static System.Text.Json.Nodes.JsonNode? Sort(System.Text.Json.Nodes.JsonNode? node) => node switch
    {
        System.Text.Json.Nodes.JsonObject inner => new System.Text.Json.Nodes.JsonObject(
            inner.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sort(member.Value)))),
        System.Text.Json.Nodes.JsonArray array => new System.Text.Json.Nodes.JsonArray([.. array.Select(Sort)]),
        _ => node?.DeepClone(),
    };
}
