using System.Buffers.Binary;
using System.Text;

namespace RealTimeActors.Persistence.EventSourcing;

/// <summary>Writes stored payloads: varints (LEB128), length-prefixed text and bytes. Read back by <see cref="PayloadReader"/>.</summary>
public sealed class PayloadWriter
{
    /// <summary>A text of so many characters takes fewer than 127 bytes, and one byte says how many: it is written in one go.</summary>
    private const int ShortTextChars = 42;

    private byte[] _bytes;

    /// <summary>Begins an empty payload.</summary>
    public PayloadWriter(int capacity = 256)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _bytes = GC.AllocateUninitializedArray<byte>(capacity);
    }

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>What was written, as it lies in the buffer: of use until the next call.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _bytes.AsSpan(0, Length);

    /// <summary>What was written, as it lies in the buffer, for whoever writes nothing more: the rest of the buffer is kept with it.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    /// <summary>What was written, as an array of its own.</summary>
    public byte[] ToArray() => WrittenSpan.ToArray();

    /// <summary>Forgets what was written and keeps the buffer.</summary>
    public void Clear() => Length = 0;

    public void Byte(byte value)
    {
        if (Length == _bytes.Length)
            Grow(1);

        _bytes[Length++] = value;
    }

    /// <summary>A number that is not negative, 1–9 bytes.</summary>
    public void Varint(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        var span = Room(9);
        var i = 0;
        while (value >= 0x80)
        {
            span[i++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[i++] = (byte)value;
        Length += i;
    }

    /// <summary>Eight bytes, little-endian: for what a varint would only make longer.</summary>
    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Room(8), value);
        Length += 8;
    }

    /// <summary>Length and bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        Varint(value.Length);
        Raw(value);
    }

    /// <summary>Bytes whose length the reader knows.</summary>
    public void Raw(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Room(value.Length));
        Length += value.Length;
    }

    /// <summary>Text; null and empty are told apart.</summary>
    public void Text(string? value)
    {
        if (value is null)
        {
            Byte(0);
            return;
        }

        if (value.Length < ShortTextChars)
        {
            var room = Room(1 + (3 * value.Length));
            var written = Encoding.UTF8.GetBytes(value, room[1..]);
            room[0] = (byte)(written + 1);
            Length += written + 1;
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        Varint(length + 1L);
        Length += Encoding.UTF8.GetBytes(value, Room(length));
    }

    private Span<byte> Room(int bytes)
    {
        if (_bytes.Length - Length < bytes)
            Grow(bytes);

        return _bytes.AsSpan(Length);
    }

    private void Grow(int bytes) => Array.Resize(ref _bytes, (int)Math.Max(Math.Min(2L * _bytes.Length, Array.MaxLength), checked(Length + bytes)));
}
