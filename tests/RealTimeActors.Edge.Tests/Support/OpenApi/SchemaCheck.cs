using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace RealTimeActors.Edge.Tests.Support.OpenApi;

/// <summary>Holds values against the schemas of the API's description: as much of JSON Schema as stands there. A keyword that it does not know is an error, not a pass.</summary>
internal sealed class SchemaCheck(JsonElement document)
{
    private static readonly string[] _silent = ["description", "examples", "default", "contentEncoding"];

    /// <summary>What is wrong with the value; empty: it is as the schema says.</summary>
    /// <param name="value">What came.</param>
    /// <param name="schema">What is promised.</param>
    /// <param name="isClosed">Whether a field that the schema does not name is wrong, too: our own answers have none that nobody described.</param>
    internal IReadOnlyList<string> Problems(JsonElement value, JsonElement schema, bool isClosed)
    {
        var problems = new List<string>();
        Check(value, schema, "$", isClosed, problems);
        return problems;
    }

    /// <summary>What a reference leads to, or the element itself.</summary>
    internal JsonElement Resolve(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty("$ref", out var reference))
            return element;

        var target = document;
        foreach (var step in reference.GetString()!.Split('/').Skip(1))
            target = target.GetProperty(step);

        return target;
    }

    private void Check(JsonElement value, JsonElement unresolved, string at, bool isClosed, List<string> problems)
    {
        var schema = Resolve(unresolved);
        foreach (var keyword in schema.EnumerateObject())
        {
            switch (keyword.Name)
            {
                case "type" when !IsOfType(value, keyword.Value):
                    problems.Add($"{at} is expected to be {keyword.Value}; it is {value}");
                    return;
                case "const" when !JsonElement.DeepEquals(value, keyword.Value):
                case "enum" when !keyword.Value.EnumerateArray().Any(word => JsonElement.DeepEquals(word, value)):
                    problems.Add($"{at} is expected to be {keyword.Value}; it is {value}");
                    break;
                case "oneOf":
                    CheckOneOf(value, keyword.Value, at, isClosed, problems);
                    break;
                case "allOf":
                    foreach (var part in keyword.Value.EnumerateArray())
                        Check(value, part, at, isClosed: false, problems);

                    break;
                case "required" or "properties" or "additionalProperties" when value.ValueKind == JsonValueKind.Object:
                    CheckObject(keyword, value, at, isClosed, problems);
                    break;
                case "items" or "minItems" or "maxItems" or "uniqueItems" when value.ValueKind == JsonValueKind.Array:
                    CheckArray(keyword, value, at, isClosed, problems);
                    break;
                case "pattern" or "minLength" or "maxLength" or "format" when value.ValueKind == JsonValueKind.String:
                    CheckText(keyword, value.GetString()!, at, problems);
                    break;
                case "minimum" when value.ValueKind == JsonValueKind.Number && value.GetDecimal() < keyword.Value.GetDecimal():
                case "maximum" when value.ValueKind == JsonValueKind.Number && value.GetDecimal() > keyword.Value.GetDecimal():
                    problems.Add($"{at}: {keyword.Name} is {keyword.Value}; it is {value}");
                    break;
                case "type" or "const" or "enum" or "required" or "properties" or "additionalProperties" or "items" or "minItems" or "maxItems" or "uniqueItems"
                    or "pattern" or "minLength" or "maxLength" or "format" or "minimum" or "maximum":
                    break;
                default:
                    if (!_silent.Contains(keyword.Name))
                        problems.Add($"{at}: the check does not know the keyword {keyword.Name}");

                    break;
            }
        }
    }

    private static bool IsOfType(JsonElement value, JsonElement type) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().Any(one => IsOfType(value, one))
        : type.GetString() switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            "number" => value.ValueKind == JsonValueKind.Number,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "null" => value.ValueKind == JsonValueKind.Null,
            var other => throw new InvalidOperationException($"The check does not know the type {other}."),
        };

    private void CheckOneOf(JsonElement value, JsonElement choices, string at, bool isClosed, List<string> problems)
    {
        var tried = choices.EnumerateArray().Select(choice => Problems(value, choice, isClosed)).ToArray();
        if (tried.Count(found => found.Count == 0) != 1)
            problems.Add($"{at} is expected to be exactly one of {tried.Length}; {string.Join(" | ", tried.Select(found => string.Join(", ", found)))}");
    }

    private void CheckObject(JsonProperty keyword, JsonElement value, string at, bool isClosed, List<string> problems)
    {
        switch (keyword.Name)
        {
            case "required":
                problems.AddRange(keyword.Value.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)).Select(name => $"{at} has no {name}"));
                break;
            case "properties":
                foreach (var property in value.EnumerateObject())
                {
                    if (keyword.Value.TryGetProperty(property.Name, out var schema))
                        Check(property.Value, schema, $"{at}.{property.Name}", isClosed, problems);
                    else if (isClosed)
                        problems.Add($"{at}.{property.Name} stands in no schema");
                }

                break;
            case "additionalProperties" when keyword.Value.ValueKind == JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                    Check(property.Value, keyword.Value, $"{at}.{property.Name}", isClosed, problems);

                break;
        }
    }

    private void CheckArray(JsonProperty keyword, JsonElement value, string at, bool isClosed, List<string> problems)
    {
        var items = value.EnumerateArray().ToArray();
        var isBroken = keyword.Name switch
        {
            "minItems" => items.Length < keyword.Value.GetInt32(),
            "maxItems" => items.Length > keyword.Value.GetInt32(),
            "uniqueItems" => items.Select(item => item.GetRawText()).Distinct(StringComparer.Ordinal).Count() < items.Length,
            _ => false,
        };
        if (isBroken)
            problems.Add($"{at}: {keyword.Name} is {keyword.Value}; there are {items.Length}");

        if (keyword.Name != "items")
            return;

        for (var i = 0; i < items.Length; i++)
            Check(items[i], keyword.Value, $"{at}[{i}]", isClosed, problems);
    }

    private static void CheckText(JsonProperty keyword, string text, string at, List<string> problems)
    {
        var isRight = keyword.Name switch
        {
            "pattern" => Regex.IsMatch(text, keyword.Value.GetString()!),
            "minLength" => text.Length >= keyword.Value.GetInt32(),
            "maxLength" => text.Length <= keyword.Value.GetInt32(),
            _ => keyword.Value.GetString() == "date-time"
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _) && text.EndsWith('Z'),
        };
        if (!isRight)
            problems.Add($"{at}: {keyword.Name} is {keyword.Value}; it is '{text}'");
    }
}
