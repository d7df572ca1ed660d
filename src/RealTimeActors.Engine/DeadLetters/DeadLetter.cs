using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.DeadLetters;

/// <summary>An event that a session gave up on, as its dead letters hold it, and the event that it becomes again when it is replayed. Pure.</summary>
/// <remarks><c>{"reason","attempts","session","user","origin":{"channel","epoch","offset","id","type","time",…},"data":…}</c>. In place of <c>data</c> stands <c>dataText</c> (the JSON as a string) where the
/// value is so deep that it could not be read within another, and <c>gone: true</c> where retention had taken it.</remarks>
internal static class DeadLetter
{
    /// <summary>The producer of replayed letters, before the name of their channel.</summary>
    internal const string ReplayPrefix = "$replay/";

    private static readonly JsonWriterOptions _writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The letter. The same each time it is written, so that a repeat is known as one.</summary>
    internal static Publication ToPublication(string session, string? user, NackedEvent nacked, ChannelName channel, string epoch, ChannelEvent? e) => new()
    {
        Type = ServerTypes.Dead,
        Data = DataOf(session, user, nacked, channel, epoch, e),
        Key = e?.Key,
        CorrelationId = e?.CorrelationId,
        User = user,
        Session = session,
        ProducerId = OneTimeProducers.OfDeadLetter(session, epoch, nacked.Offset),
        ProducerSequence = 1,
    };

    /// <summary>The event as it was before, to be published to its channel again; null: it cannot be.</summary>
    internal static Publication? ToReplay(ChannelEvent letter, long sequence, out string problem)
    {
        problem = "The letter does not hold the event: retention had taken it.";
        if (letter.Type != ServerTypes.Dead)
            return null;

        using var document = JsonDocument.Parse(letter.Data, new JsonDocumentOptions { MaxDepth = 2 * Limits.JsonDepthMax });
        var root = document.RootElement;
        if (!root.TryGetProperty("origin", out var origin) || TextOf(origin, "type") is not { Length: > 0 } type || DataOf(root) is not { } data)
            return null;

        // What the server says itself is decided anew or not at all.
        problem = $"An event of the type {type} is the server's own, and is not published again. Where it was a change of the state, mutate once more.";
        if (ServerTypes.FaultOf(type) is not null)
            return null;

        return new Publication
        {
            Type = type,
            Data = data,
            MessageId = TextOf(origin, "id"),
            Key = TextOf(origin, "key"),
            Priority = Enum.TryParse<Priority>(TextOf(origin, "priority"), ignoreCase: true, out var priority) ? priority : Priority.Normal,
            Source = TextOf(origin, "source"),
            CorrelationId = TextOf(origin, "correlationId"),
            User = TextOf(origin, "user"),
            ProducerId = ReplayPrefix + letter.Channel,
            ProducerSequence = sequence,
        };
    }

    private static ReadOnlyMemory<byte> DataOf(string session, string? user, NackedEvent nacked, ChannelName channel, string epoch, ChannelEvent? e)
    {
        var buffer = new ArrayBufferWriter<byte>(512 + (e?.Data.Length ?? 0));
        using (var json = new Utf8JsonWriter(buffer, _writing))
        {
            json.WriteStartObject();
            json.WriteString("reason", nacked.Reason ?? "");
            json.WriteNumber("attempts", nacked.Deliveries);
            json.WriteString("session", session);
            WriteOptional(json, "user", user);
            json.WriteStartObject("origin");
            json.WriteString("channel", channel.Value);
            json.WriteString("epoch", epoch);
            json.WriteNumber("offset", nacked.Offset);
            if (e is not null)
                WriteOrigin(json, e);

            json.WriteEndObject();
            if (e is null)
            {
                json.WriteBoolean("gone", true);
            }
            else if (FitsWithin(e.Data.Span))
            {
                json.WritePropertyName("data");
                json.WriteRawValue(e.Data.Span, skipInputValidation: true);
            }
            else
            {
                json.WriteString("dataText", e.Data.Span);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteOrigin(Utf8JsonWriter json, ChannelEvent e)
    {
        json.WriteString("id", e.Id);
        json.WriteString("type", e.Type);
        json.WriteString("time", DateTimeOffset.FromUnixTimeMilliseconds(e.TimeUnixMs).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
        json.WriteString("priority", e.Priority.ToString().ToLowerInvariant());
        WriteOptional(json, "key", e.Key);
        WriteOptional(json, "source", e.Source);
        WriteOptional(json, "user", e.User);
        WriteOptional(json, "session", e.Session);
        WriteOptional(json, "correlationId", e.CorrelationId);
        if (!e.Hash.IsEmpty)
            json.WriteString("hash", Convert.ToHexStringLower(e.Hash.Span));
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    /// <summary>Whether the value may stand within another one: nobody reads deeper than <see cref="Limits.JsonDepthMax"/>.</summary>
    private static bool FitsWithin(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = Limits.JsonDepthMax - 1 });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ReadOnlyMemory<byte>? DataOf(JsonElement letter) =>
        letter.TryGetProperty("data", out var data) ? JsonBytes(data.GetRawText())
        : TextOf(letter, "dataText") is { } text ? JsonBytes(text)
        : null;

    private static ReadOnlyMemory<byte> JsonBytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static string? TextOf(JsonElement parent, string name) => parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
