using System.Text.Json;
using RealTimeActors.Engine.Inspection;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.HttpApi.Inspection;

/// <summary>What a subscription asked for beyond the plain words, as it would be asked for again.</summary>
internal static class SubscriptionShapes
{
    internal static void Write(Utf8JsonWriter json, SubscriptionView subscription)
    {
        if (subscription.Shape is { } shape)
            WriteShape(json, shape);
        else
            json.WriteNull("shape");

        if (subscription.Filter.Count == 0)
        {
            json.WriteNull("filter");
        }
        else
        {
            json.WriteStartObject("filter");
            foreach (var filter in subscription.Filter)
                WriteTexts(json, filter.Attribute, filter.Values);

            json.WriteEndObject();
        }

        if (subscription.Fields.Count == 0)
            json.WriteNull("fields");
        else
            WriteTexts(json, "fields", subscription.Fields);

        if (subscription.Held is { } held)
            json.WriteNumber("held", held);
        else
            json.WriteNull("held");
    }

    private static void WriteShape(Utf8JsonWriter json, Shape shape)
    {
        json.WriteStartObject("shape");
        WriteGiven(json, "debounceMs", shape.DebounceMs);
        WriteGiven(json, "debounceMaxMs", shape.DebounceMaxMs);
        if (shape.Immediate.Count > 0)
            WriteTexts(json, "immediate", shape.Immediate);

        if (shape.Conflate is { } conflate)
            json.WriteString("conflate", conflate);

        WriteGiven(json, "batchMs", shape.BatchMs);
        WriteGiven(json, "batchMax", shape.BatchMax);
        WriteGiven(json, "maxPerSecond", shape.MaxPerSecond);
        json.WriteEndObject();
    }

    private static void WriteGiven(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } given)
            json.WriteNumber(name, given);
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);

        json.WriteEndArray();
    }
}
