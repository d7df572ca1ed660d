using System.Buffers.Binary;

namespace RealTimeActors.TestKit.Network;

/// <summary>
/// Finds WebSocket messages (RFC 6455, 5.2) in a stream of bytes that comes in pieces of any size. Written down apart from the product's own reader, so
/// that one checks the other.
/// </summary>
internal sealed class WireParser
{
    private const int OpCodeClose = 8;
    private byte[] _buffer = new byte[1_024];
    private int _start;
    private int _end;

    /// <summary>Bytes taken so far.</summary>
    internal long Position { get; private set; }

    /// <summary>Whether the last byte taken ended a message.</summary>
    internal bool IsBetweenMessages => _start == _end;

    /// <summary>Takes bytes; calls back for each message that is complete.</summary>
    internal void Feed(ReadOnlySpan<byte> bytes, WireMessage onMessage)
    {
        Make(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
        Position += bytes.Length;
        while (TryTake(onMessage))
        {
        }
    }

    private bool TryTake(WireMessage onMessage)
    {
        var waiting = _buffer.AsSpan(_start, _end - _start);
        if (waiting.Length < 2)
            return false;

        if ((waiting[0] & 0x80) == 0 || (waiting[0] & 0x70) != 0)
            throw new InvalidDataException($"A whole, plain WebSocket frame is expected; its first byte is {waiting[0]:x2}.");

        var isMasked = (waiting[1] & 0x80) != 0;
        long length = waiting[1] & 0x7f;
        var header = 2;
        if (length == 126)
        {
            header = 4;
            if (waiting.Length < header)
                return false;

            length = BinaryPrimitives.ReadUInt16BigEndian(waiting[2..]);
        }
        else if (length == 127)
        {
            header = 10;
            if (waiting.Length < header)
                return false;

            length = BinaryPrimitives.ReadInt64BigEndian(waiting[2..]);
        }

        var mask = header;
        if (isMasked)
            header += 4;

        if (waiting.Length < header + length)
            return false;

        var payload = waiting.Slice(header, (int)length);
        for (var i = 0; isMasked && i < payload.Length; i++)
            payload[i] ^= waiting[mask + (i & 3)];

        _start += header + (int)length;
        var opCode = waiting[0] & 0x0f;
        var closeCode = opCode == OpCodeClose ? length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 1005 : (int?)null;
        onMessage(opCode, payload, closeCode, Position - (_end - _start));
        return true;
    }

    private void Make(int room)
    {
        if (_start == _end)
            _start = _end = 0;

        if (_buffer.Length - _end >= room)
            return;

        var waiting = _buffer.AsSpan(_start, _end - _start);
        var to = waiting.Length + room > _buffer.Length ? new byte[Math.Max(2 * _buffer.Length, waiting.Length + room)] : _buffer;
        waiting.CopyTo(to);
        (_buffer, _start, _end) = (to, 0, waiting.Length);
    }
}

/// <summary>A WebSocket message.</summary>
/// <param name="opCode">1 text, 2 binary, 8 close, 9 ping, 10 pong.</param>
/// <param name="payload">Unmasked.</param>
/// <param name="closeCode">Of a close frame.</param>
/// <param name="end">The position in the stream after its last byte.</param>
internal delegate void WireMessage(int opCode, ReadOnlySpan<byte> payload, int? closeCode, long end);
