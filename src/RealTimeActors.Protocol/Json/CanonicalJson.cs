using System.Buffers;

namespace RealTimeActors.Protocol.Json;

/// <summary>JSON values in one form: equal values are equal bytes. Members stand in the order of their names, strings have no more escapes than they need, numbers are written as <see cref="JsonNumber"/> does.</summary>
public static class CanonicalJson
{
    /// <summary>The canonical form.</summary>
    /// <param name="json">One value, well formed and without white space outside strings.</param>
    public static byte[] Of(ReadOnlyMemory<byte> json)
    {
        var to = new ArrayBufferWriter<byte>(Math.Max(json.Length, 1));
        Write(json, to);
        return to.WrittenSpan.ToArray();
    }

    private static void Write(ReadOnlyMemory<byte> json, ArrayBufferWriter<byte> to)
    {
        var text = json.Span;
        switch (text[0])
        {
            case (byte)'{':
                WriteMembers(json, to);
                break;
            case (byte)'[':
                var separator = "["u8;
                foreach (var item in new JsonItems(json))
                {
                    to.Write(separator);
                    separator = ","u8;
                    Write(item, to);
                }

                to.Write(separator[0] == '[' ? "[]"u8 : "]"u8);
                break;
            case (byte)'"':
                to.Write("\""u8);
                to.Write(JsonStrings.Canonical(json[1..^1]).Span);
                to.Write("\""u8);
                break;
            default:
                to.Write(JsonNumber.TryParse(text, out var number) ? number.ToToken() : text);
                break;
        }
    }

    private static void WriteMembers(ReadOnlyMemory<byte> json, ArrayBufferWriter<byte> to)
    {
        var members = new List<(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Value)>();
        foreach (var (name, value) in new JsonMembers(json))
            members.Add((JsonStrings.Canonical(name), value));

        members.Sort(static (one, other) => one.Name.Span.SequenceCompareTo(other.Name.Span));
        var separator = "{\""u8;
        foreach (var (name, value) in members)
        {
            to.Write(separator);
            separator = ",\""u8;
            to.Write(name.Span);
            to.Write("\":"u8);
            Write(value, to);
        }

        to.Write(members.Count == 0 ? "{}"u8 : "}"u8);
    }
}
