using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RealTimeActors.Protocol.Integrity.Commitments;

/// <summary>
/// The names of the first object of a batch, as they follow each other in its text. Objects of one channel mostly have the same ones: then only the ends of their values are looked for, and nothing is sorted.
/// </summary>
/// <remarks>An event of eight fields in a run of a hundred: 650 ns without it and 630 with it where its names are in order, 850 and 645 where they are in none (<c>-- hashes</c>).</remarks>
internal readonly ref struct FieldShape
{
    /// <summary>An object with more fields has no shape.</summary>
    internal const int FieldsMax = 32;

    /// <summary>Around a name stand two quotes and a colon.</summary>
    private const int Around = 3;

    private readonly ReadOnlySpan<Name> _names;

    private FieldShape(ReadOnlySpan<Name> names) => _names = names;

    /// <summary>How many fields; 0: there is no shape.</summary>
    internal int Count => _names.Length;

    /// <summary>The shape of an object.</summary>
    /// <param name="fields">Of the object, sorted by name. Their text stays where it is as long as there is this shape.</param>
    /// <param name="names">Room for <see cref="FieldsMax"/>.</param>
    internal static FieldShape Of(ReadOnlySpan<ObjectField> fields, Span<Name> names)
    {
        if (fields.Length > FieldsMax)
            return default;

        for (var place = 0; place < fields.Length; place++)
        {
            var name = new Name(fields[place].NameStart - 1, fields[place].NameLength + Around, place);
            if (name.Length > Vector256<byte>.Count)
                return default;

            var at = place;
            for (; at > 0 && names[at - 1].Start > name.Start; at--)
                names[at] = names[at - 1];

            names[at] = name;
        }

        return new FieldShape(names[..fields.Length]);
    }

    /// <summary>Finds the fields of an object of this shape, the same as <see cref="ObjectFields.Find"/>. Its values have to be strings without escapes, or numbers and literals of less than 32 bytes.</summary>
    /// <param name="text">The object, what the shape was made of, and <see cref="ObjectFields.SlackBytes"/> behind both.</param>
    /// <param name="start">Where in the text it begins, with its brace.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <param name="fields">Receives them, sorted by name; anything where it is not of this shape.</param>
    /// <returns>Whether it is of this shape; if not, it may be an object nevertheless.</returns>
    internal bool TryFind(ReadOnlySpan<byte> text, int start, int length, Span<ObjectField> fields)
    {
        if (_names.IsEmpty || fields.Length < _names.Length)
            return false;

        // A name that is as it should be ends with its colon, and a value with a byte that is no zero: so what is read begins in the object, or two bytes behind it at most.
        ref var bytes = ref MemoryMarshal.GetReference(text);
        var last = start + length - 1;
        var at = start;
        foreach (var name in _names)
        {
            at++;
            var same = Vector256.Equals(Vector256.LoadUnsafe(ref bytes, (nuint)name.Start), Vector256.LoadUnsafe(ref bytes, (nuint)at)).ExtractMostSignificantBits();
            if (BitOperations.TrailingZeroCount(~same) < name.Length)
                return false;

            var valueStart = at + name.Length;
            var value = ValueLength(ref Unsafe.Add(ref bytes, valueStart), last - valueStart);
            var valueEnd = valueStart + value;
            if (value == 0 || (Unsafe.Add(ref bytes, valueEnd) != ',' && valueEnd != last))
                return false;

            fields[name.Place] = new ObjectField(at + 1, name.Length - Around, valueStart, value);
            at = valueEnd;
        }

        return at == last && Unsafe.Add(ref bytes, last) == '}';
    }

    /// <summary>How long a value is; 0: not known here.</summary>
    /// <param name="value">Where it begins.</param>
    /// <param name="most">Bytes from there to the end of the object, of which it has at most so many.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ValueLength(ref byte value, int most)
    {
        if (value == '"')
            return StringLength(ref value, most);

        // What cannot stand in a number or a literal ends it, too: no comma comes there then, and so this is no value that is known here. '[' and '{' differ in one bit, and so do ']' and '}'.
        var bytes = Vector256.LoadUnsafe(ref value);
        var brackets = bytes | Vector256.Create((byte)0x20);
        var ends = (Vector256.Equals(bytes, Vector256.Create((byte)',')) | Vector256.Equals(bytes, Vector256.Create((byte)'"'))
            | Vector256.Equals(brackets, Vector256.Create((byte)'{')) | Vector256.Equals(brackets, Vector256.Create((byte)'}'))).ExtractMostSignificantBits();
        return ends == 0 ? 0 : BitOperations.TrailingZeroCount(ends);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int StringLength(ref byte value, int most)
    {
        // The quote that it begins with is none that it ends with.
        var from = ~1U;
        for (var done = 0; done < most; done += Vector256<byte>.Count)
        {
            var bytes = Vector256.LoadUnsafe(ref value, (nuint)done);
            var ends = (Vector256.Equals(bytes, Vector256.Create((byte)'"')) | Vector256.Equals(bytes, Vector256.Create((byte)'\\'))).ExtractMostSignificantBits() & from;
            if (ends != 0)
            {
                var at = done + BitOperations.TrailingZeroCount(ends);
                return Unsafe.Add(ref value, at) == '"' ? at + 1 : 0;
            }

            from = ~0U;
        }

        return 0;
    }

    /// <summary>A name.</summary>
    /// <param name="Start">Where it begins in the text, with its quote.</param>
    /// <param name="Length">How long it is, with both quotes and the colon.</param>
    /// <param name="Place">Its place among all that are sorted.</param>
    internal readonly record struct Name(int Start, int Length, int Place);
}
