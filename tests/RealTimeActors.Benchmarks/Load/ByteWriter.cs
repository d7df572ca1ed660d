using System.Buffers.Binary;
using System.Text;

namespace RealTimeActors.Benchmarks.Load;

/// <summary>Bytes on their way to one socket: WebSocket messages from a client, and the Protobuf fields inside them. Reused for every write.</summary>
internal sealed class ByteWriter(int capacity = 64 * 1024)
{
    // The longest header of a masked WebSocket frame: 2 bytes, 8 of length, 4 of mask.
    private const int HeaderMax = 14;

    private byte[] _bytes = new byte[capacity];
    private int _start;

    internal int Length { get; private set; }

    /// <summary>The written bytes; after <see cref="EndMessage"/> the finished WebSocket frame.</summary>
    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(_start, Length - _start);

    /// <summary><see cref="Written"/> for those who hand it on; good until the next write.</summary>
    internal ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(_start, Length - _start);

    internal void Clear() => Length = _start = 0;

    internal void BeginMessage()
    {
        Clear();
        Length = HeaderMax;
    }

    /// <summary>
    /// Makes one WebSocket frame of all that was written since <see cref="BeginMessage"/>. The mask is zero: legal on the wire, the server still
    /// has to apply it, and the load side saves a pass over its bytes.
    /// </summary>
    internal void EndMessage(byte opcode)
    {
        var payload = Length - HeaderMax;
        var header = 2 + (payload < 126 ? 0 : payload <= ushort.MaxValue ? 2 : 8) + 4;
        _start = HeaderMax - header;
        var at = _bytes.AsSpan(_start, header);
        at.Clear();
        at[0] = (byte)(0x80 | opcode);
        if (payload < 126)
        {
            at[1] = (byte)(0x80 | payload);
        }
        else if (payload <= ushort.MaxValue)
        {
            at[1] = 0x80 | 126;
            BinaryPrimitives.WriteUInt16BigEndian(at[2..], (ushort)payload);
        }
        else
        {
            at[1] = 0x80 | 127;
            BinaryPrimitives.WriteUInt64BigEndian(at[2..], (ulong)payload);
        }
    }

    internal void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    internal void Text(string text)
    {
        var room = Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        Length += Encoding.UTF8.GetBytes(text, room);
    }

    internal void Number(long number)
    {
        number.TryFormat(Reserve(20), out var written);
        Length += written;
    }

    internal void Varint(ulong value)
    {
        var room = Reserve(10);
        var at = 0;
        while (value >= 0x80)
        {
            room[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        room[at++] = (byte)value;
        Length += at;
    }

    internal void Field(int number, ulong value)
    {
        Varint((ulong)(number << 3));
        Varint(value);
    }

    internal void Field(int number, ReadOnlySpan<byte> value)
    {
        Varint((ulong)(number << 3 | 2));
        Varint((ulong)value.Length);
        Bytes(value);
    }

    internal void Field(int number, string value) => Field(number, Encoding.UTF8.GetBytes(value));

    private Span<byte> Reserve(int length)
    {
        if (Length + length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + length));
        return _bytes.AsSpan(Length);
    }

    internal static int VarintLength(ulong value)
    {
        var length = 1;
        while ((value >>= 7) != 0) length++;
        return length;
    }
}
