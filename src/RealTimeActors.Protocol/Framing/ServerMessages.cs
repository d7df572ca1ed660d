using System.Buffers;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Framing;

/// <summary>One server frame ready for the wire of a connection: a complete WebSocket message (header, and text or binary payload), or a line of JSON.</summary>
/// <remarks>Not compressed, whatever the format allows: <see cref="MessageDeflate.Append"/> is asked for what may be.</remarks>
public static class ServerMessages
{
    // Nearly every message is between 126 and 65,535 bytes long: the room left for the header is right for those, and the others move.
    private const int HeaderBytesExpected = 4;

    /// <summary>Appends the frame.</summary>
    public static void Write(WireFormat format, ServerFrame frame, IBufferWriter<byte> to)
    {
        if (frame is ServerFrame.Event e)
        {
            WriteEvent(format, e.Body, to, e.Attempt);
            return;
        }

        format = format.Uncompressed();
        var isJson = format is not WireFormat.WebSocketProtobuf;
        var writer = new ByteWriter(to, WebSocketHeader.ServerBytesMax + (isJson ? JsonServerWriter.Expect(frame) : ProtobufServerWriter.Expect(frame)));
        Begin(ref writer, format);
        if (isJson)
            JsonServerWriter.Write(ref writer, frame);
        else
            ProtobufServerWriter.Write(ref writer, frame);

        End(ref writer, format);
    }

    /// <summary>Appends one event: the hot path of the fan-out, called once per event and format, whatever the number of subscribers.</summary>
    /// <param name="format">The wire format.</param>
    /// <param name="body">The event.</param>
    /// <param name="to">Where the bytes go.</param>
    /// <param name="attempt">2, 3 … on a redelivery; 0 on the first delivery.</param>
    public static void WriteEvent(WireFormat format, ChannelEvent body, IBufferWriter<byte> to, int attempt = 0)
    {
        format = format.Uncompressed();
        var isJson = format is not WireFormat.WebSocketProtobuf;
        var writer = new ByteWriter(to, WebSocketHeader.ServerBytesMax + (isJson ? JsonServerWriter.Expect(body) : ProtobufServerWriter.Expect(body)));
        Begin(ref writer, format);
        if (isJson)
            JsonServerWriter.WriteEvent(ref writer, body, attempt, 0);
        else
            ProtobufServerWriter.WriteEvent(ref writer, body, attempt, 0);

        End(ref writer, format);
    }

    /// <summary>The frame that a message holds: what stays without header, line end or length.</summary>
    /// <param name="format">The wire format.</param>
    /// <param name="message">One complete message with one frame, as this class writes it.</param>
    public static ReadOnlySpan<byte> FrameOf(WireFormat format, ReadOnlySpan<byte> message)
    {
        if (format is WireFormat.JsonLines)
            return message[..^1];

        var frame = message[((message[1] & 0x7f) switch { 126 => 4, 127 => 10, _ => 2 })..];
        if (format is WireFormat.WebSocketJson)
            return frame[..^1];

        var length = 1;
        while (frame[length - 1] >= 0x80)
            length++;

        return frame[length..];
    }

    private static void Begin(ref ByteWriter writer, WireFormat format)
    {
        if (format is WireFormat.JsonLines)
            return;

        writer.Room(HeaderBytesExpected);
        writer.Advance(HeaderBytesExpected);
    }

    private static void End(ref ByteWriter writer, WireFormat format)
    {
        if (format is not WireFormat.JsonLines)
        {
            var payloadBytes = writer.Length - HeaderBytesExpected;
            writer.Shift(HeaderBytesExpected, WebSocketHeader.BytesFor(payloadBytes) - HeaderBytesExpected);
            WebSocketHeader.Write(writer.Written, format is WireFormat.WebSocketJson ? WebSocketOpcode.Text : WebSocketOpcode.Binary, payloadBytes);
        }

        writer.Commit();
    }
}
