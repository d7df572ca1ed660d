using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RealTimeActors.Client.Machine.State;

namespace RealTimeActors.Client.Mutations;

/// <summary>
/// A line of a file of edits: the first 16 hex digits of the SHA-256 of what follows, a space, and JSON. The first line is the header; the others are
/// <c>{"mark":{producer,number,time}}</c>, <c>{"keep":{…}}</c> and <c>{"drop":number}</c>.
/// </summary>
internal static class MutationLine
{
    internal static byte[] Header { get; } = Finish("""{"realtime-mutations":1}"""u8);

    internal static byte[] Mark(string producer, long number, long time) => Write(writer =>
    {
        writer.WriteStartObject("mark");
        writer.WriteString("producer", producer);
        writer.WriteNumber("number", number);
        writer.WriteNumber("time", time);
        writer.WriteEndObject();
    });

    internal static byte[] Drop(long number) => Write(writer => writer.WriteNumber("drop", number));

    internal static byte[] Keep(PendingMutation mutation) => Write(writer =>
    {
        writer.WriteStartObject("keep");
        writer.WriteString("producer", mutation.Producer);
        writer.WriteNumber("number", mutation.Number);
        writer.WriteString("channel", mutation.Channel);
        writer.WriteString("key", mutation.Key);
        writer.WriteString("operation", mutation.Operation);
        WriteNumber(writer, "time", mutation.TimeUnixMs);
        WriteNumber(writer, "ifVersion", mutation.IfVersion);
        WriteNumber(writer, "baseVersion", mutation.BaseVersion);
        if (!mutation.Value.IsEmpty)
        {
            // The same bytes again: the server knows a repeat by them.
            writer.WritePropertyName("value");
            writer.WriteRawValue(mutation.Value.Span, skipInputValidation: true);
        }

        writer.WriteEndObject();
    });

    /// <summary>The JSON of a line without its end, if it is what was written.</summary>
    internal static bool TryOpen(ReadOnlySpan<byte> line, [NotNullWhen(true)] out byte[]? json)
    {
        json = null;
        if (line.Length < DigestLength + 2 || line[DigestLength] != ' ')
            return false;

        var content = line[(DigestLength + 1)..];
        if (!line[..DigestLength].SequenceEqual(DigestOf(content)))
            return false;

        json = content.ToArray();
        return true;
    }

    internal static PendingMutation ReadKeep(JsonElement keep) => new()
    {
        Producer = keep.GetProperty("producer").GetString()!,
        Number = keep.GetProperty("number").GetInt64(),
        Channel = keep.GetProperty("channel").GetString()!,
        Key = keep.GetProperty("key").GetString()!,
        Operation = keep.GetProperty("operation").GetString()!,
        TimeUnixMs = ReadNumber(keep, "time"),
        IfVersion = ReadNumber(keep, "ifVersion"),
        BaseVersion = ReadNumber(keep, "baseVersion"),
        Value = keep.TryGetProperty("value", out var value) ? Encoding.UTF8.GetBytes(value.GetRawText()) : default,
    };

    private static long? ReadNumber(JsonElement from, string name) => from.TryGetProperty(name, out var number) ? number.GetInt64() : null;

    private static void WriteNumber(Utf8JsonWriter writer, string name, long? number)
    {
        if (number is { } value)
            writer.WriteNumber(name, value);
    }

    private static byte[] Write(Action<Utf8JsonWriter> content)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            content(writer);
            writer.WriteEndObject();
        }

        return Finish(json.WrittenSpan);
    }

    private static byte[] Finish(ReadOnlySpan<byte> json) => [.. DigestOf(json), (byte)' ', .. json, (byte)'\n'];

    private static byte[] DigestOf(ReadOnlySpan<byte> json) => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, DigestLength / 2)));

    private const int DigestLength = 16;
}
