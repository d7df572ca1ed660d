using System.Text.Json;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Edge.HttpApi.Publishing;

/// <summary>The fields of an object in a body, each as it is expected or refused.</summary>
internal static class JsonFields
{
    /// <summary>Checks everything about the JSON itself (UTF-8, depth, repeated names), so that what follows reads a value that is known to be good.</summary>
    internal static byte[] Check(ReadOnlySpan<byte> body) =>
        JsonText.TryCompact(body, out var json, out var error) ? json : throw new RefusedException(ErrorCode.BadRequest, error);

    /// <summary>A reader of checked JSON, at its first token.</summary>
    internal static Utf8JsonReader Open(byte[] json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Limits.JsonDepthMax + 1 });
        reader.Read();
        return reader;
    }

    /// <summary>A reader of checked JSON that holds an object, inside it.</summary>
    /// <param name="json">What came.</param>
    /// <param name="expected">What is expected, for the message.</param>
    internal static Utf8JsonReader OpenObject(byte[] json, string expected)
    {
        var reader = Open(json);
        return reader.TokenType == JsonTokenType.StartObject ? reader : throw new RefusedException(ErrorCode.BadRequest, $"{expected} is expected.");
    }

    /// <summary>The one field of a body that is read; null: it is absent. Others are passed over.</summary>
    internal static string? OnlyText(byte[] body, string expected, string name)
    {
        var reader = OpenObject(Check(body), expected);
        string? text = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isMeant = reader.ValueTextEquals(name);
            reader.Read();
            if (isMeant)
                text = Text(ref reader, "The body", name);
            else
                reader.Skip();
        }

        return text;
    }

    /// <summary>Null and an empty string are as if the field were absent.</summary>
    internal static string? Text(ref Utf8JsonReader reader, string which, string name)
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

    internal static long Count(ref Utf8JsonReader reader, string which, string name)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return 0;

        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) && value is >= 0 and <= Limits.IntegerMax)
            return value;

        throw new RefusedException(ErrorCode.BadRequest, $"{which}: {name} is expected to be a whole number from 0 to 2^53-1.");
    }

    /// <summary>Yes or no, where it is said; null leaves the default.</summary>
    internal static bool Flag(ref Utf8JsonReader reader, string which, string name, bool otherwise) => reader.TokenType switch
    {
        JsonTokenType.Null => otherwise,
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw new RefusedException(ErrorCode.BadRequest, $"{which}: {name} is expected to be true or false."),
    };

    /// <summary>The value as it stands. A copy: a slice would keep the whole body alive as long as the event.</summary>
    internal static ReadOnlyMemory<byte> Value(ref Utf8JsonReader reader, byte[] json)
    {
        var from = (int)reader.TokenStartIndex;
        reader.Skip();
        return json.AsSpan(from, (int)reader.BytesConsumed - from).ToArray();
    }

    internal static Priority PriorityOf(string? word, string which) => TryPriority(word, out var priority)
        ? priority
        : throw new RefusedException(ErrorCode.BadRequest, $"{which}: priority is expected to be critical, high, normal or low; '{word}' came.");

    internal static bool TryPriority(string? word, out Priority priority)
    {
        priority = word switch
        {
            "critical" => Priority.Critical,
            "high" => Priority.High,
            "low" => Priority.Low,
            _ => Priority.Normal,
        };
        return word is null or "normal" || priority != Priority.Normal;
    }
}
