using System.Buffers;

namespace RealTimeActors.Protocol.Json;

/// <summary>Leaves of a JSON object the members that are wanted, each byte for byte as it came.</summary>
public static class JsonFields
{
    /// <summary>The members of the object that have one of these names, in the order in which they stand; a value that is no object, and one that has nothing else, comes back as it is.</summary>
    /// <param name="json">One JSON value without white space outside strings, as the codecs hand it on.</param>
    /// <param name="names">UTF-8, without escapes.</param>
    public static ReadOnlyMemory<byte> Select(ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> names)
    {
        var text = json.Span;
        if (text.IsEmpty || text[0] != '{' || text[1] == '}')
            return json;

        var selected = new byte[text.Length];
        selected[0] = (byte)'{';
        var (length, isWhole) = (1, true);
        for (var at = 1; text[at - 1] != '}';)
        {
            var nameEnd = CompactJson.EndOfString(text, at);
            var end = CompactJson.EndOfValue(text, nameEnd + 1);
            if (IsOneOf(text[(at + 1)..(nameEnd - 1)], names))
            {
                if (length > 1)
                    selected[length++] = (byte)',';

                text[at..end].CopyTo(selected.AsSpan(length));
                length += end - at;
            }
            else
            {
                isWhole = false;
            }

            at = end + 1;
        }

        if (isWhole)
            return json;

        selected[length++] = (byte)'}';
        return selected.AsMemory(0, length);
    }

    private static bool IsOneOf(ReadOnlySpan<byte> name, IReadOnlyList<ReadOnlyMemory<byte>> names)
    {
        if (!name.Contains((byte)'\\'))
            return IsOneOfPlain(name, names);

        var plain = ArrayPool<byte>.Shared.Rent(name.Length);
        var length = JsonEscapes.Remove(name, plain, out _);
        var isOne = IsOneOfPlain(plain.AsSpan(0, length), names);
        ArrayPool<byte>.Shared.Return(plain);
        return isOne;
    }

    private static bool IsOneOfPlain(ReadOnlySpan<byte> name, IReadOnlyList<ReadOnlyMemory<byte>> names)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (name.SequenceEqual(names[i].Span))
                return true;
        }

        return false;
    }
}
