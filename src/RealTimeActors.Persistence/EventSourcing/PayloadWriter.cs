using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace RealTimeActors.Persistence.EventSourcing;

/// <summary>Writes stored payloads: varints (LEB128), length-prefixed text and bytes. Read back by <see cref="PayloadReader"/>.</summary>
public sealed class PayloadWriter
{
    private readonly ArrayBufferWriter<byte> _buffer;

    /// <summary>Begins an empty payload.</summary>
    public PayloadWriter(int capacity = 256) => _buffer = new ArrayBufferWriter<byte>(capacity);

    /// <summary>Bytes written so far.</summary>
    public int Length => _buffer.WrittenCount;

    /// <summary>What was written, as it lies in the buffer: of use until the next call.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _buffer.WrittenSpan;

    /// <summary>What was written, as an array of its own.</summary>
    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    /// <summary>Forgets what was written and keeps the buffer.</summary>
    public void Clear() => _buffer.ResetWrittenCount();

    public void Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    /// <summary>A number that is not negative, 1–9 bytes.</summary>
    public void Varint(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        var span = _buffer.GetSpan(10);
        var i = 0;
        while (value >= 0x80)
        {
            span[i++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[i++] = (byte)value;
        _buffer.Advance(i);
    }

    /// <summary>Eight bytes, little-endian: for what a varint would only make longer.</summary>
    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    /// <summary>Length and bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        Varint(value.Length);
        _buffer.Write(value);
    }

    /// <summary>Bytes whose length the reader knows.</summary>
    public void Raw(ReadOnlySpan<byte> value) => _buffer.Write(value);

    /// <summary>Text; null and empty are told apart.</summary>
    public void Text(string? value)
    {
        if (value is null)
        {
            Varint(0);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        Varint(length + 1L);
        Encoding.UTF8.GetBytes(value, _buffer.GetSpan(Math.Max(length, 1)));
        _buffer.Advance(length);
    }
}
