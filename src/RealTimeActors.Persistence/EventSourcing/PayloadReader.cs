using System.Buffers.Binary;
using System.Text;

namespace RealTimeActors.Persistence.EventSourcing;

/// <summary>Reads what <see cref="PayloadWriter"/> wrote. Every step is checked against the end of the payload.</summary>
public ref struct PayloadReader
{
    private readonly ReadOnlyMemory<byte> _payload;

    /// <summary>The same bytes: to ask the memory for them again at each of them costs more than what is read.</summary>
    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;

    /// <summary>Begins at the start of the payload.</summary>
    public PayloadReader(ReadOnlyMemory<byte> payload)
    {
        _payload = payload;
        _bytes = payload.Span;
        _at = 0;
    }

    /// <summary>Whether everything has been read.</summary>
    public readonly bool IsAtEnd => _at == _bytes.Length;

    public byte Byte() => _at < _bytes.Length ? _bytes[_at++] : throw Damaged("1 more bytes");

    public long Varint()
    {
        long value = 0;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var b = Byte();
            value |= (long)(b & 0x7f) << shift;
            if (b < 0x80)
                return value;
        }

        throw Damaged("a number that is too long");
    }

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Pass(8));

    /// <summary>Bytes with their length before them: a slice of the payload, not a copy.</summary>
    public ReadOnlyMemory<byte> Bytes() => Take(Length());

    /// <summary>As many bytes as the caller knows to be there: a slice, not a copy.</summary>
    public ReadOnlyMemory<byte> Raw(int length) => Take(length);

    /// <summary>Everything that has not been read: a slice, not a copy.</summary>
    public ReadOnlyMemory<byte> Rest() => Take(_bytes.Length - _at);

    public string? Text()
    {
        var length = Length();
        return length == 0 ? null : Encoding.UTF8.GetString(Pass(length - 1));
    }

    private int Length()
    {
        var length = Varint();
        return length <= _bytes.Length ? (int)length : throw Damaged($"a length of {length}");
    }

    private ReadOnlyMemory<byte> Take(int length)
    {
        Pass(length);
        return _payload.Slice(_at - length, length);
    }

    private ReadOnlySpan<byte> Pass(int length)
    {
        if (length < 0 || length > _bytes.Length - _at)
            throw Damaged($"{length} more bytes");

        _at += length;
        return _bytes.Slice(_at - length, length);
    }

    private readonly InvalidDataException Damaged(string what) =>
        new($"A stored payload of {_bytes.Length} bytes promises {what} at byte {_at}, which it does not hold.");
}
