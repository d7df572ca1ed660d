using System.Text.Json;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi.Publishing;

/// <summary>Reads CloudEvents in their JSON format: one (structured mode), or an array of them (batch).</summary>
internal static class CloudEventReader
{
    /// <exception cref="RefusedException">It is not one.</exception>
    internal static CloudEvent ReadOne(ReadOnlySpan<byte> body, EdgeOptions options)
    {
        var json = JsonFields.Check(body);
        var reader = JsonFields.Open(json);
        return Read(ref reader, json, "The CloudEvent", options);
    }

    /// <summary>A batch may be empty.</summary>
    /// <exception cref="RefusedException">They are none, or too many.</exception>
    internal static List<CloudEvent> ReadBatch(ReadOnlySpan<byte> body, EdgeOptions options)
    {
        var json = JsonFields.Check(body);
        var reader = JsonFields.Open(json);
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new RefusedException(ErrorCode.BadRequest, "An array of CloudEvents is expected; one alone is sent as application/cloudevents+json.");

        var events = new List<CloudEvent>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (events.Count == options.ArrayEventsMax)
                throw new RefusedException(ErrorCode.TooLarge, $"A batch holds at most {options.ArrayEventsMax} CloudEvents.");

            events.Add(Read(ref reader, json, $"CloudEvent {events.Count + 1} of the batch", options));
        }

        return events;
    }

    private static CloudEvent Read(ref Utf8JsonReader reader, byte[] json, string which, EdgeOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new RefusedException(ErrorCode.BadRequest, $"{which} is expected to be an object.");

        var start = reader.TokenStartIndex;
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        ReadOnlyMemory<byte>? value = null, bytes = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            switch (name)
            {
                case "data":
                    value = JsonFields.Value(ref reader, json);
                    break;
                case "data_base64":
                    bytes = Base64(ref reader, which);
                    break;
                default:
                    CloudEventAttributes.CheckName(name, which);
                    if (AttributeOf(ref reader, which, name) is { } text)
                        attributes.Add(name, text);

                    break;
            }
        }

        if (value is not null && bytes is not null)
            throw new RefusedException(ErrorCode.BadRequest, $"{which} has data and data_base64; one of them is expected.");

        var length = reader.BytesConsumed - start;
        if (length > options.FrameBytesMax)
            throw new RefusedException(ErrorCode.TooLarge, $"{which} has {length} bytes; at most {options.FrameBytesMax} are taken.");

        return new CloudEvent(which, attributes) { Value = value, Bytes = bytes };
    }

    /// <summary>The canonical text of an attribute; null for one that is unset.</summary>
    private static string? AttributeOf(ref Utf8JsonReader reader, string which, string name) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.String => JsonFields.Text(ref reader, which, name) ?? "",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.Number when reader.TryGetInt32(out var number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => throw new RefusedException(ErrorCode.BadRequest, $"{which}: the attribute {name} is expected to be a string, a boolean or a whole number of 32 bits."),
    };

    private static ReadOnlyMemory<byte>? Base64(ref Utf8JsonReader reader, string which)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;

        return reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : throw new RefusedException(ErrorCode.BadRequest, $"{which}: data_base64 is expected to be a string in base64.");
    }
}
