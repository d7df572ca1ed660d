using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace RealTimeActors.Protocol.Framing;

/// <summary>Headers of WebSocket frames that end their message (FIN), and the mask.</summary>
public static class WebSocketHeader
{
    /// <summary>The most bytes of a header without mask.</summary>
    public const int ServerBytesMax = 10;

    /// <summary>The most bytes of a header with mask.</summary>
    public const int ClientBytesMax = 14;

    /// <summary>The bytes of a header without mask before a payload of this length.</summary>
    public static int BytesFor(int payloadBytes) => payloadBytes < 126 ? 2 : payloadBytes <= ushort.MaxValue ? 4 : ServerBytesMax;

    /// <summary>Writes a header without mask, as servers send it.</summary>
    /// <param name="to">At least <see cref="BytesFor"/> bytes.</param>
    /// <param name="opcode">What the frame is.</param>
    /// <param name="payloadBytes">The bytes that follow.</param>
    /// <returns>The bytes written.</returns>
    public static int Write(Span<byte> to, WebSocketOpcode opcode, int payloadBytes)
    {
        to[0] = (byte)(0x80 | (int)opcode);
        switch (BytesFor(payloadBytes))
        {
            case 2:
                to[1] = (byte)payloadBytes;
                return 2;
            case 4:
                to[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(to[2..], (ushort)payloadBytes);
                return 4;
            default:
                to[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(to[2..], (ulong)payloadBytes);
                return ServerBytesMax;
        }
    }

    /// <summary>Writes a header with mask, as clients send it; the payload must then be given to <see cref="ApplyMask"/>.</summary>
    /// <param name="to">At least <see cref="BytesFor"/> + 4 bytes.</param>
    /// <param name="opcode">What the frame is.</param>
    /// <param name="payloadBytes">The bytes that follow.</param>
    /// <param name="mask">The mask, its first byte highest; unpredictable where the client is a browser's.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteMasked(Span<byte> to, WebSocketOpcode opcode, int payloadBytes, uint mask)
    {
        var written = Write(to, opcode, payloadBytes);
        to[1] |= 0x80;
        BinaryPrimitives.WriteUInt32BigEndian(to[written..], mask);
        return written + 4;
    }

    /// <summary>Masks or unmasks in place (both are the same).</summary>
    /// <param name="payload">A piece of the payload.</param>
    /// <param name="mask">The mask, its first byte highest.</param>
    /// <param name="offset">Where in the payload the piece begins.</param>
    public static void ApplyMask(Span<byte> payload, uint mask, long offset = 0)
    {
        var rotated = BitOperations.RotateLeft(mask, (int)(offset & 3) * 8);
        var word = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(rotated) : rotated;
        var vectors = MemoryMarshal.Cast<byte, Vector<byte>>(payload);
        var vectorMask = Vector.AsVectorByte(new Vector<uint>(word));
        for (var i = 0; i < vectors.Length; i++)
            vectors[i] ^= vectorMask;

        var rest = payload[(vectors.Length * Vector<byte>.Count)..];
        for (var i = 0; i < rest.Length; i++)
            rest[i] ^= (byte)(rotated >> (24 - ((i & 3) * 8)));
    }
}
