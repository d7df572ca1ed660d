using System.Buffers;
using System.Buffers.Binary;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.TestKit.Network;

/// <summary>Client frames as the masked WebSocket messages that a client sends.</summary>
internal static class WireWriter
{
    private const byte FinText = 0x81;
    private const byte FinBinary = 0x82;

    internal static byte[] Message(WireFormat format, ClientFrame frame, ReadOnlySpan<byte> mask)
    {
        var payload = new ArrayBufferWriter<byte>(256);
        FrameCodecs.For(format).Encode(frame, payload);
        var length = payload.WrittenCount;
        var header = 2 + (length < 126 ? 0 : length <= ushort.MaxValue ? 2 : 8);
        var message = new byte[header + 4 + length];
        message[0] = format == WireFormat.WebSocketProtobuf ? FinBinary : FinText;
        message[1] = (byte)(0x80 | (length < 126 ? length : length <= ushort.MaxValue ? 126 : 127));
        if (header == 4)
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)length);
        else if (header == 10)
            BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(2), length);

        mask.CopyTo(message.AsSpan(header));
        for (var i = 0; i < length; i++)
            message[header + 4 + i] = (byte)(payload.WrittenSpan[i] ^ mask[i & 3]);

        return message;
    }
}
