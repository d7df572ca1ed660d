using System.Buffers.Binary;

namespace RealTimeActors.Edge.WebSockets;

/// <summary>The header of a client's frame (RFC 6455, 5.2).</summary>
/// <param name="IsFinal">Whether the message ends with it.</param>
/// <param name="Opcode">What it is.</param>
/// <param name="HeaderBytes">Its own length, mask included.</param>
/// <param name="PayloadBytes">What follows.</param>
/// <param name="Mask">To be taken off the payload.</param>
internal readonly record struct FrameHeader(bool IsFinal, int Opcode, int HeaderBytes, long PayloadBytes, uint Mask)
{
    internal const int Continuation = 0x0;
    internal const int Text = 0x1;
    internal const int Binary = 0x2;
    internal const int Close = 0x8;
    internal const int Ping = 0x9;
    internal const int Pong = 0xA;

    internal bool IsControl => Opcode >= Close;

    /// <summary>Reads a header. False: more bytes are needed, or (with an error) it is none.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out FrameHeader header, out string? error)
    {
        header = default;
        error = null;
        if (bytes.Length < 2)
            return false;

        var opcode = bytes[0] & 0x0F;
        var isFinal = (bytes[0] & 0x80) != 0;
        var length = bytes[1] & 0x7F;

        if ((bytes[0] & 0x70) != 0)
            error = "Reserved bits are set, but no extension was agreed on.";
        else if (opcode is not (Continuation or Text or Binary or Close or Ping or Pong))
            error = $"Opcode {opcode} is not known.";
        else if ((bytes[1] & 0x80) == 0)
            error = "Frames of a client are masked; this one is not.";
        else if (opcode >= Close && (length > 125 || !isFinal))
            error = "Control frames have at most 125 bytes and no fragments.";
        if (error is not null)
            return false;

        var lengthBytes = length switch { 126 => 2, 127 => 8, _ => 0 };
        if (bytes.Length < 2 + lengthBytes + 4)
            return false;

        var payload = lengthBytes switch
        {
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            8 => BinaryPrimitives.ReadInt64BigEndian(bytes[2..]),
            _ => (long)length,
        };
        if (payload < 0)
        {
            error = "The length of a frame has its highest bit set.";
            return false;
        }

        var mask = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(2 + lengthBytes)..]);
        header = new FrameHeader(isFinal, opcode, 2 + lengthBytes + 4, payload, mask);
        return true;
    }

    /// <summary>Takes the mask off, in place, eight bytes at a time.</summary>
    internal void Unmask(Span<byte> payload)
    {
        var wide = Mask | ((ulong)Mask << 32);
        var i = 0;
        for (; i + 8 <= payload.Length; i += 8)
        {
            var part = payload[i..];
            BinaryPrimitives.WriteUInt64LittleEndian(part, BinaryPrimitives.ReadUInt64LittleEndian(part) ^ wide);
        }

        for (; i < payload.Length; i++)
            payload[i] ^= (byte)(Mask >> (8 * (i % 4)));
    }
}
