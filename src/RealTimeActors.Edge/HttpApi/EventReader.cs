using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Edge.HttpApi;

/// <summary>Reads the body of a publish over HTTP: one event object, or an array of them.</summary>
internal static class EventReader
{
    /// <summary>Reads the events; when they cannot be taken, says why. Nothing is taken by halves.</summary>
    /// <param name="body">What came.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="publications">The events, in order; at least one.</param>
    /// <param name="isArray">Whether the answer is an array, too.</param>
    /// <param name="refusal">Why not.</param>
    internal static bool TryRead(
        ReadOnlySpan<byte> body,
        EdgeOptions options,
        [NotNullWhen(true)] out List<Publication>? publications,
        out bool isArray,
        [NotNullWhen(false)] out Refusal? refusal)
    {
        publications = null;
        isArray = false;
        refusal = null;

        // Checks everything about the JSON itself: UTF-8, depth, repeated names. What follows reads a value that is known to be good.
        if (!JsonText.TryCompact(body, out var json, out var error))
        {
            refusal = new Refusal(ErrorCode.BadRequest, error);
            return false;
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Limits.JsonDepthMax + 1 });
        reader.Read();
        isArray = reader.TokenType == JsonTokenType.StartArray;
        var read = new List<Publication>();
        try
        {
            if (!isArray)
            {
                read.Add(ReadEvent(ref reader, json, "The event", options));
            }
            else
            {
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (read.Count == options.ArrayEventsMax)
                        throw new RefusedException(ErrorCode.TooLarge, $"An array holds at most {options.ArrayEventsMax} events.");

                    read.Add(ReadEvent(ref reader, json, $"Event {read.Count + 1} of the array", options));
                }

                if (read.Count == 0)
                    throw new RefusedException(ErrorCode.BadRequest, "At least one event is expected; the array is empty.");
            }
        }
        catch (RefusedException refused)
        {
            refusal = refused.Refusal;
            return false;
        }

        publications = read;
        return true;
    }

    private static Publication ReadEvent(ref Utf8JsonReader reader, byte[] json, string which, EdgeOptions options)
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
                    type = Text(ref reader, which, name);
                    break;
                case "messageId":
                    messageId = Text(ref reader, which, name);
                    break;
                case "key":
                    key = Text(ref reader, which, name);
                    break;
                case "source":
                    source = Text(ref reader, which, name);
                    break;
                case "correlationId":
                    correlationId = Text(ref reader, which, name);
                    break;
                case "priority":
                    priority = PriorityOf(Text(ref reader, which, name), which);
                    break;
                case "ttlMs":
                    ttlMs = Count(ref reader, which, name);
                    break;
                case "data":
                    var from = (int)reader.TokenStartIndex;
                    reader.Skip();
                    // A copy: a slice would keep the whole body alive as long as the event.
                    data = json.AsSpan(from, (int)reader.BytesConsumed - from).ToArray();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (string.IsNullOrEmpty(type))
            throw new RefusedException(ErrorCode.BadRequest, $"{which} has no type; a string is required.");

        if (data is null)
            throw new RefusedException(ErrorCode.BadRequest, $"{which} has no data; a JSON value is required (null is one).");

        var bytes = reader.BytesConsumed - start;
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

    /// <summary>Null and an empty string are as if the field were absent.</summary>
    private static string? Text(ref Utf8JsonReader reader, string which, string name)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;

        if (reader.TokenType != JsonTokenType.String)
            throw new RefusedException(ErrorCode.BadRequest, $"{which}: {name} is expected to be a string.");

        try
        {
            var text = reader.GetString();
            return text!.Length == 0 ? null : text;
        }
        catch (InvalidOperationException)
        {
            throw new RefusedException(ErrorCode.BadRequest, $"{which}: {name} holds half a surrogate pair, which is no text.");
        }
    }

    private static long Count(ref Utf8JsonReader reader, string which, string name)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return 0;

        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) && value is >= 0 and <= Limits.IntegerMax)
            return value;

        throw new RefusedException(ErrorCode.BadRequest, $"{which}: {name} is expected to be a whole number from 0 to 2^53-1.");
    }

    private static Priority PriorityOf(string? word, string which) => word switch
    {
        null or "normal" => Priority.Normal,
        "critical" => Priority.Critical,
        "high" => Priority.High,
        "low" => Priority.Low,
        _ => throw new RefusedException(ErrorCode.BadRequest, $"{which}: priority is expected to be critical, high, normal or low; '{word}' came."),
    };
}
