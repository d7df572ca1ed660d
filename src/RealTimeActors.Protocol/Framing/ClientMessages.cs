using System.Buffers;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Framing;

/// <summary>One client frame ready for the wire of a connection: a complete masked WebSocket message, or a line of JSON.</summary>
public static class ClientMessages
{
    /// <summary>Appends the frame.</summary>
    /// <param name="format">The wire format.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="mask">The mask of RFC 6455; any number, chance comes from the caller. A line has none.</param>
    /// <param name="to">Where the bytes go.</param>
    public static void Write(WireFormat format, ClientFrame frame, uint mask, IBufferWriter<byte> to)
    {
        const int HeaderBytesExpected = 8;
        if (format is WireFormat.JsonLines)
        {
            FrameCodecs.Json.Encode(frame, to);
            return;
        }

        var isJson = format.Uncompressed() is WireFormat.WebSocketJson;
        var writer = new ByteWriter(to, 256);
        writer.Room(HeaderBytesExpected);
        writer.Advance(HeaderBytesExpected);
        if (isJson)
            JsonClientWriter.Write(ref writer, frame);
        else
            ProtobufClientWriter.Write(ref writer, frame);

        var payloadBytes = writer.Length - HeaderBytesExpected;
        var headerBytes = WebSocketHeader.BytesFor(payloadBytes) + 4;
        writer.Shift(HeaderBytesExpected, headerBytes - HeaderBytesExpected);
        WebSocketHeader.WriteMasked(writer.Written, isJson ? WebSocketOpcode.Text : WebSocketOpcode.Binary, payloadBytes, mask);
        WebSocketHeader.ApplyMask(writer.Written[headerBytes..], mask);
        writer.Commit();
    }
}
