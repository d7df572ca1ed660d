using System.Text.Json;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.HttpApi.Publishing;

/// <summary>Reads the body of a publish over HTTP: one event object, or an array of them. Nothing is taken by halves.</summary>
internal static class EventReader
{
    /// <summary>The events, in order, at least one; and whether the answer is an array, too.</summary>
    /// <exception cref="RefusedException">They cannot be taken.</exception>
    internal static (List<Publication> Publications, bool IsArray) Read(ReadOnlySpan<byte> body, EdgeOptions options)
    {
        var json = JsonFields.Check(body);
        var reader = JsonFields.Open(json);
        if (reader.TokenType != JsonTokenType.StartArray)
            return ([ReadEvent(ref reader, json, "The event", options)], false);

        var publications = new List<Publication>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (publications.Count == options.ArrayEventsMax)
                throw new RefusedException(ErrorCode.TooLarge, $"An array holds at most {options.ArrayEventsMax} events.");

            publications.Add(ReadEvent(ref reader, json, $"Event {publications.Count + 1} of the array", options));
        }

        return publications.Count > 0
            ? (publications, true)
            : throw new RefusedException(ErrorCode.BadRequest, "At least one event is expected; the array is empty.");
    }

    /// <summary>Reads one event object.</summary>
    /// <param name="reader">At its first token.</param>
    /// <param name="json">What the reader reads.</param>
    /// <param name="which">What it is called in a refusal.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="bytesBeside">Bytes of the object that do not count: the channels of a broadcast.</param>
    internal static Publication ReadEvent(ref Utf8JsonReader reader, byte[] json, string which, EdgeOptions options, long bytesBeside = 0)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new RefusedException(ErrorCode.BadRequest, $"{which} is expected to be an object with type and data.");

        var start = reader.TokenStartIndex;
        string? type = null, messageId = null, key = null, source = null, correlationId = null;
        ReadOnlyMemory<byte>? data = null;
        var priority = Priority.Normal;
        var ttlMs = 0L;

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "type":
                    type = JsonFields.Text(ref reader, which, name);
                    break;
                case "messageId":
                    messageId = JsonFields.Text(ref reader, which, name);
                    break;
                case "key":
                    key = JsonFields.Text(ref reader, which, name);
                    break;
                case "source":
                    source = JsonFields.Text(ref reader, which, name);
                    break;
                case "correlationId":
                    correlationId = JsonFields.Text(ref reader, which, name);
                    break;
                case "priority":
                    priority = JsonFields.PriorityOf(JsonFields.Text(ref reader, which, name), which);
                    break;
                case "ttlMs":
                    ttlMs = JsonFields.Count(ref reader, which, name);
                    break;
                case "data":
                    data = JsonFields.Value(ref reader, json);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (string.IsNullOrEmpty(type))
            throw new RefusedException(ErrorCode.BadRequest, $"{which} has no type; a string is required.");

        if (ServerTypes.FaultOf(type) is { } fault)
            throw new RefusedException(ErrorCode.BadRequest, $"{which}: {fault}");

        if (data is null)
            throw new RefusedException(ErrorCode.BadRequest, $"{which} has no data; a JSON value is required (null is one).");

        var bytes = reader.BytesConsumed - start - bytesBeside;
        if (bytes > options.FrameBytesMax)
            throw new RefusedException(ErrorCode.TooLarge, $"{which} has {bytes} bytes; at most {options.FrameBytesMax} are taken.");

        return new Publication
        {
            Type = type,
            Data = data.Value,
            MessageId = messageId,
            Key = key,
            Priority = priority,
            Source = source,
            CorrelationId = correlationId,
            TtlMs = ttlMs,
        };
    }
}
