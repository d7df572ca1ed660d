using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.HttpApi.States;

/// <summary>State over HTTP. Values stand in the answers byte for byte.</summary>
internal static class StateBodies
{
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The version as an entity tag.</summary>
    internal static string Tag(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary><c>{"epoch","offset","entries":{key:{"version","value"}},"next"}</c></summary>
    internal static ReadOnlyMemory<byte> Page(ChannelReply.StateRead state) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("epoch", state.Epoch);
        json.WriteNumber("offset", state.Offset);
        json.WriteStartObject("entries");
        foreach (var entry in state.Entries)
        {
            json.WriteStartObject(entry.Key);
            WriteFields(json, entry.Version, entry.Value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteString("next", state.NextKey);
        json.WriteEndObject();
    });

    /// <summary><c>{"epoch","offset","version","value"}</c></summary>
    internal static ReadOnlyMemory<byte> Entry(ChannelReply.StateRead state, Entry entry) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("epoch", state.Epoch);
        json.WriteNumber("offset", state.Offset);
        WriteFields(json, entry.Version, entry.Value);
        json.WriteEndObject();
    });

    /// <summary>The present version and value, in the problem that says that a precondition does not hold; <c>null</c> where there is no entry.</summary>
    internal static void WriteCurrent(Utf8JsonWriter json, Entry? current)
    {
        if (current is null)
        {
            json.WriteNull("current");
            return;
        }

        json.WriteStartObject("current");
        WriteFields(json, current.Version, current.Value);
        json.WriteEndObject();
    }

    /// <summary>412: the entry is not as the precondition wants it.</summary>
    /// <param name="current">As it is; null: there is none.</param>
    /// <param name="why">What the channel says of it.</param>
    internal static Refusal Unmatched(Entry? current, string? why = null) => new(
        ErrorCode.Conflict,
        $"{why ?? (current is null ? "There is no such entry." : $"The present version is {current.Version}.")} Nothing was changed: read it again, decide anew, and name the version that was read.",
        StatusCodes.Status412PreconditionFailed)
    {
        HasCurrent = true,
        Current = current,
    };

    private static void WriteFields(Utf8JsonWriter json, long version, ReadOnlyMemory<byte> value)
    {
        json.WriteNumber("version", version);
        json.WritePropertyName("value");
        json.WriteRawValue(value.Span, skipInputValidation: true);
    }

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, _options))
            write(json);

        return buffer.WrittenMemory;
    }
}
