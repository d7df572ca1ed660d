using System.Text;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>Protobuf's wire format into a <see cref="ByteWriter"/>: fields in the order of their numbers, defaults left out, varints as short as they can be.</summary>
internal static class ProtoWriting
{
    public static void Varint(ref ByteWriter w, ulong value)
    {
        var to = w.Room(10);
        var written = 0;
        while (value >= 0x80)
        {
            to[written++] = (byte)(value | 0x80);
            value >>= 7;
        }

        to[written++] = (byte)value;
        w.Advance(written);
    }

    /// <summary>A number, where it is not 0.</summary>
    public static void Number(ref ByteWriter w, int field, long value)
    {
        if (value != 0)
            Always(ref w, field, value);
    }

    /// <summary>A number, even 0.</summary>
    public static void Always(ref ByteWriter w, int field, long value)
    {
        Tag(ref w, field, Wire.Varint);
        Varint(ref w, (ulong)value);
    }

    /// <summary>A number of a field with presence.</summary>
    public static void Optional(ref ByteWriter w, int field, long? value)
    {
        if (value is { } number)
            Always(ref w, field, number);
    }

    public static void Boolean(ref ByteWriter w, int field, bool value) => Number(ref w, field, value ? 1 : 0);

    public static void Double(ref ByteWriter w, int field, double value)
    {
        if (BitConverter.DoubleToInt64Bits(value) == 0)
            return;

        Tag(ref w, field, Wire.Fixed64);
        System.Buffers.Binary.BinaryPrimitives.WriteDoubleLittleEndian(w.Room(8), value);
        w.Advance(8);
    }

    /// <summary>Text, where there is some.</summary>
    public static void Text(ref ByteWriter w, int field, string? text)
    {
        if (!string.IsNullOrEmpty(text))
            TextAlways(ref w, field, text);
    }

    /// <summary>Text, even empty: one of a repeated field.</summary>
    public static void TextAlways(ref ByteWriter w, int field, string text)
    {
        Tag(ref w, field, Wire.Bytes);
        if (text.Length <= 42)
        {
            // At most 126 bytes: the length takes one, filled in afterwards.
            var to = w.Room(1 + (text.Length * 3));
            var bytes = Encoding.UTF8.GetBytes(text, to[1..]);
            to[0] = (byte)bytes;
            w.Advance(1 + bytes);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(text);
        Varint(ref w, (ulong)length);
        Encoding.UTF8.GetBytes(text, w.Room(length));
        w.Advance(length);
    }

    /// <summary>Bytes, where there are some.</summary>
    public static void Bytes(ref ByteWriter w, int field, ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
            BytesAlways(ref w, field, bytes);
    }

    public static void BytesAlways(ref ByteWriter w, int field, ReadOnlySpan<byte> bytes)
    {
        Tag(ref w, field, Wire.Bytes);
        Varint(ref w, (ulong)bytes.Length);
        w.Raw(bytes);
    }

    public static void Tag(ref ByteWriter w, int field, Wire wire) => Varint(ref w, (ulong)((field << 3) | (int)wire));

    /// <summary>Begins something with a length before it: leaves as many bytes for the length as the expectation needs.</summary>
    /// <returns>What <see cref="End"/> wants.</returns>
    public static int Begin(ref ByteWriter w, int bytesExpected)
    {
        var start = w.Length;
        var room = VarintBytes(bytesExpected);
        w.Room(room);
        w.Advance(room);
        return (start << 3) | room;
    }

    /// <summary>Begins a nested message.</summary>
    public static int Begin(ref ByteWriter w, int field, int bytesExpected)
    {
        Tag(ref w, field, Wire.Bytes);
        return Begin(ref w, bytesExpected);
    }

    /// <summary>Fills in the length; where it takes other room than expected, what was written moves.</summary>
    public static void End(ref ByteWriter w, int mark)
    {
        var start = mark >> 3;
        var room = mark & 7;
        var length = w.Length - start - room;
        var needed = VarintBytes(length);
        w.Shift(start + room, needed - room);
        var to = w.Written[start..];
        for (var i = 0; i < needed; i++)
        {
            to[i] = (byte)(i + 1 < needed ? length | 0x80 : length);
            length >>= 7;
        }
    }

    private static int VarintBytes(int value) => value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5;
}
