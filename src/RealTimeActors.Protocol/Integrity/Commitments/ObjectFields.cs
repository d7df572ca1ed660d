using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Protocol.Integrity.Commitments;

/// <summary>
/// Finds the top-level fields of a compact JSON object, in the order of their names. What stands between them is looked at, too: no hash covers it, and so it cannot be changed unseen.
/// </summary>
internal static class ObjectFields
{
    /// <summary>Bytes that may be read behind a text, all zero: so it is searched, and copied from, by the vector.</summary>
    internal const int SlackBytes = 64;

    /// <summary>Quotes of an object that is searched by the vector: 32 fields of text.</summary>
    internal const int QuotesMax = 128;

    /// <summary>Whether a value is an object.</summary>
    internal static bool IsObject(ReadOnlySpan<byte> data) => data.Length > 0 && data[0] == '{';

    /// <summary>Puts the fields behind those that are there. A value that is no object is one field, without a name.</summary>
    /// <param name="text">The value, and <see cref="SlackBytes"/> behind it.</param>
    /// <param name="start">Where in the text it begins.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <param name="quotes">Room to note where quotes are, <see cref="QuotesMax"/> of them; what is in it does not matter.</param>
    /// <param name="fields">Rented; another one takes its place where there is no room.</param>
    /// <param name="at">How many of them are taken.</param>
    /// <returns>How many fields it has.</returns>
    /// <exception cref="InvalidDataException">Between names and values stands what does not belong there.</exception>
    internal static int Find(ReadOnlySpan<byte> text, int start, int length, Span<int> quotes, ref ObjectField[] fields, int at)
    {
        if (at == fields.Length)
            Grow(ref fields, at);

        if (!IsObject(text.Slice(start, length)))
        {
            fields[at] = new ObjectField(start, 0, start, length);
            return 1;
        }

        var count = FindInPlain(text, start, length, quotes, fields.AsSpan(at), out var isInOrder);
        if (count < 0)
            (count, isInOrder) = (FindInAny(text.Slice(start, length), start, ref fields, at), false);

        if (!isInOrder)
            OrdinalSort.Sort(fields.AsSpan(at, count), text, default);

        return count;
    }

    /// <summary>Objects without escapes and without objects and arrays in them, as most are: their quotes say where everything is.</summary>
    /// <returns>How many; -1: it is no such object, or there is no room for its fields.</returns>
    private static int FindInPlain(ReadOnlySpan<byte> text, int start, int length, Span<int> quotes, Span<ObjectField> fields, out bool isInOrder)
    {
        isInOrder = false;
        ref var firstQuote = ref MemoryMarshal.GetReference(quotes);
        var found = 0;
        for (var done = 0; done < length; done += Vector512<byte>.Count)
        {
            // '[' and '{' differ in one bit.
            var bytes = Vector512.Create(text.Slice(start + done, Vector512<byte>.Count));
            var others = (Vector512.Equals(bytes | Vector512.Create((byte)0x20), Vector512.Create((byte)'{')) | Vector512.Equals(bytes, Vector512.Create((byte)'\\'))).ExtractMostSignificantBits();
            if ((done == 0 ? others & ~1UL : others) != 0)
                return -1;

            var left = Vector512.Equals(bytes, Vector512.Create((byte)'"')).ExtractMostSignificantBits();
            if (found + BitOperations.PopCount(left) > quotes.Length)
                return -1;

            // There is room for all of these: that need not be asked of each.
            for (; left != 0; left &= left - 1)
                Unsafe.Add(ref firstQuote, found++) = start + done + BitOperations.TrailingZeroCount(left);
        }

        return FieldsBetween(quotes[..found], text[..(start + length)], start, fields, out isInOrder);
    }

    private static int FieldsBetween(ReadOnlySpan<int> quotes, ReadOnlySpan<byte> text, int start, Span<ObjectField> fields, out bool isInOrder)
    {
        isInOrder = true;
        ref var bytes = ref MemoryMarshal.GetReference(text);
        ref var quote = ref MemoryMarshal.GetReference(quotes);
        var last = text.Length - 1;
        var count = 0;
        var expected = start + 1;
        var before = 0UL;
        for (var i = 0; i + 1 < quotes.Length; count++)
        {
            // What is read lies at a quote or up to two bytes behind one, so in the text or in the zeros behind it.
            var nameStart = Unsafe.Add(ref quote, i) + 1;
            var nameEnd = Unsafe.Add(ref quote, i + 1);
            var valueStart = nameEnd + 2;
            if (count == fields.Length || nameStart - 1 != expected || valueStart > last || Unsafe.Add(ref bytes, nameEnd + 1) != ':')
                return -1;

            var isText = i + 3 < quotes.Length && Unsafe.Add(ref quote, i + 2) == valueStart;
            var next = i + (isText ? 4 : 2);
            var valueEnd = isText ? Unsafe.Add(ref quote, i + 3) + 1 : next < quotes.Length ? Unsafe.Add(ref quote, next) - 1 : last;
            if (valueEnd <= valueStart || Unsafe.Add(ref bytes, valueEnd) != (next < quotes.Length ? ',' : '}') || (!isText && text[valueStart..valueEnd].ContainsAny((byte)',', (byte)'}')))
                return -1;

            fields[count] = new ObjectField(nameStart, nameEnd - nameStart, valueStart, valueEnd - valueStart);
            var beginning = Beginning(ref Unsafe.Add(ref bytes, nameStart), nameEnd - nameStart);
            if (beginning <= before)
                isInOrder &= IsBehind(fields, count, beginning, before, text);

            before = beginning;
            expected = valueEnd + 1;
            i = next;
        }

        return count > 0 && expected == text.Length && quotes.Length % 2 == 0 ? count : -1;
    }

    private static int FindInAny(ReadOnlySpan<byte> text, int start, ref ObjectField[] fields, int taken)
    {
        var count = 0;
        var at = 1;
        while (count > 0 || Byte(text, at) != '}')
        {
            Expect(text, at, '"');
            var nameEnd = EndOfString(text, at + 1);
            Expect(text, nameEnd + 1, ':');
            if (taken + count == fields.Length)
                Grow(ref fields, taken + count);

            var valueEnd = EndOfValue(text, nameEnd + 2);
            fields[taken + count++] = new ObjectField(start + at + 1, nameEnd - at - 1, start + nameEnd + 2, valueEnd - nameEnd - 2);
            at = valueEnd;
            if (text[at] == '}')
                break;

            at++;
        }

        return at == text.Length - 1 ? count : throw Unreadable(at + 1);
    }

    private static void Expect(ReadOnlySpan<byte> text, int at, char expected)
    {
        if (Byte(text, at) != expected)
            throw Unreadable(at);
    }

    /// <summary>Where the comma or the brace behind a value is.</summary>
    private static int EndOfValue(ReadOnlySpan<byte> text, int at)
    {
        var depth = 0;
        while (depth > 0 || Byte(text, at) is not ((byte)',' or (byte)'}'))
        {
            var c = Byte(text, at);
            if (c == '"')
                at = EndOfString(text, at + 1);
            else if (c is (byte)'{' or (byte)'[')
                depth++;
            else if (c is (byte)'}' or (byte)']')
                depth--;

            at++;
        }

        return at;
    }

    /// <summary>From inside a string: where its closing quote is.</summary>
    private static int EndOfString(ReadOnlySpan<byte> text, int at)
    {
        while (true)
        {
            // Most strings are short: sixteen bytes at a time cost less than a call that is made for long ones.
            if (at + Vector128<byte>.Count <= text.Length)
            {
                var bytes = Vector128.Create(text.Slice(at, Vector128<byte>.Count));
                var found = (Vector128.Equals(bytes, Vector128.Create((byte)'"')) | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))).ExtractMostSignificantBits();
                if (found == 0)
                {
                    at += Vector128<byte>.Count;
                    continue;
                }

                at += BitOperations.TrailingZeroCount(found);
            }
            else
            {
                var next = at < text.Length ? text[at..].IndexOfAny((byte)'"', (byte)'\\') : -1;
                at = next < 0 ? throw Unreadable(text.Length) : at + next;
            }

            if (text[at] == '"')
                return at;

            at += 2;
        }
    }

    private static byte Byte(ReadOnlySpan<byte> text, int at) => at < text.Length ? text[at] : throw Unreadable(at);

    private static InvalidDataException Unreadable(int at) => new($"The data is no compact JSON object: byte {at} is not what belongs there.");

    /// <summary>The first eight bytes of a name, as a number: so they compare as the bytes do. A shorter name is followed by zeros, which stand in no name of a JSON text.</summary>
    /// <param name="name">Where it begins; eight bytes may be read.</param>
    /// <param name="length">Of the name.</param>
    private static ulong Beginning(ref byte name, int length)
    {
        var bytes = BinaryPrimitives.ReadUInt64BigEndian(MemoryMarshal.CreateReadOnlySpan(ref name, sizeof(ulong)));
        return length >= sizeof(ulong) ? bytes : length == 0 ? 0 : bytes & (ulong.MaxValue << (8 * (sizeof(ulong) - length)));
    }

    /// <summary>Whether a name belongs behind the one before it, where their beginnings do not say so.</summary>
    private static bool IsBehind(ReadOnlySpan<ObjectField> fields, int at, ulong beginning, ulong before, ReadOnlySpan<byte> text) =>
        at == 0 || (beginning == before && fields[at - 1].Of(text, default).SequenceCompareTo(fields[at].Of(text, default)) <= 0);

    private static void Grow(ref ObjectField[] fields, int used)
    {
        var larger = ArrayPool<ObjectField>.Shared.Rent(2 * used);
        fields.AsSpan(0, used).CopyTo(larger);
        ArrayPool<ObjectField>.Shared.Return(fields);
        fields = larger;
    }
}
