using System.Globalization;
using System.Text.Json;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>Reads the values that checkpoints and proofs are made of, strictly: what is not as it must be is told by its name.</summary>
internal static class ProofJson
{
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Opens a document and reads it.</summary>
    /// <exception cref="FormatException">It is no JSON, or something in it is not as expected.</exception>
    internal static T Read<T>(ReadOnlyMemory<byte> json, string what, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 32 });
            return read(document.RootElement);
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            throw new FormatException($"{what} is expected as JSON: {bad.Message}", bad);
        }
    }

    internal static JsonElement Member(JsonElement of, string name) =>
        Optional(of, name) ?? throw new FormatException($"'{name}' is expected; it is not there");

    internal static JsonElement? Optional(JsonElement of, string name)
    {
        if (of.ValueKind != JsonValueKind.Object)
            throw new FormatException($"an object with '{name}' is expected; {of.ValueKind} came");

        return of.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;
    }

    internal static string Text(JsonElement of, string name) => OptionalText(of, name) ?? throw new FormatException($"'{name}' is expected; it is not there");

    internal static string? OptionalText(JsonElement of, string name)
    {
        if (Optional(of, name) is not { } member)
            return null;

        return member.ValueKind == JsonValueKind.String ? member.GetString() : throw new FormatException($"'{name}' is expected as text; {member.ValueKind} came");
    }

    internal static long Number(JsonElement of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.Number } member && member.TryGetInt64(out var value) && value is >= 0 and <= Limits.IntegerMax
            ? value
            : throw new FormatException($"'{name}' is expected to be a whole number, 0 to {Limits.IntegerMax}");

    internal static byte[] Bytes(JsonElement of, string name, int length) => Bytes(Text(of, name), name, length);

    internal static ReadOnlyMemory<byte>[] Hashes(JsonElement of, string name)
    {
        var list = Member(of, name);
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > 64)
            throw new FormatException($"'{name}' is expected to be a list of at most 64 hashes");

        return [.. list.EnumerateArray().Select(hash => new ReadOnlyMemory<byte>(Bytes(hash.ValueKind == JsonValueKind.String ? hash.GetString()! : "", name, EventHash.Bytes)))];
    }

    internal static long Time(JsonElement of, string name) =>
        DateTimeOffset.TryParseExact(Text(of, name), TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : throw new FormatException($"'{name}' is expected to be a time as 2026-11-21T18:00:00.000Z; '{Text(of, name)}' came");

    internal static string Time(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString(TimeForm, CultureInfo.InvariantCulture);

    internal static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    private static byte[] Bytes(string text, string name, int length)
    {
        if (text.Length == 2 * length && text.All(char.IsAsciiHexDigit))
            return Convert.FromHexString(text);

        throw new FormatException($"'{name}' is expected to have {2 * length} hexadecimal digits; {text.Length} characters came");
    }
}
