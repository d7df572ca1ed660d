using System.Buffers;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>Frames as Protobuf (realtime.proto), each preceded by its length as a varint.</summary>
public sealed class ProtobufCodec : IFrameCodec
{
    /// <inheritdoc/>
    public bool TryDecodeClient(ReadOnlySpan<byte> message, int frameBytesMax, List<ClientFrame> frames)
    {
        var at = 0;
        while (at < message.Length)
        {
            if (!TryTakeFrame(message, ref at, out var bytes))
                return false;

            var frame = bytes.Length > frameBytesMax
                ? new ClientFrame.Malformed(ErrorCode.TooLarge, $"A frame has at most {frameBytesMax} bytes; this one has {bytes.Length}.")
                {
                    Id = ProtobufClientReader.FindLeadingId(bytes),
                }
                : ProtobufClientReader.Read(bytes);
            if (frame is not null)
                frames.Add(frame);
        }

        return true;
    }

    /// <inheritdoc/>
    public bool TryDecodeServer(ReadOnlySpan<byte> message, List<ServerFrame> frames)
    {
        var at = 0;
        while (at < message.Length)
        {
            if (!TryTakeFrame(message, ref at, out var bytes) || ProtobufServerReader.Read(bytes) is not { } frame)
                return false;

            frames.Add(frame);
        }

        return true;
    }

    /// <inheritdoc/>
    public ServerFrame? DecodeServerFrame(ReadOnlySpan<byte> frame) => ProtobufServerReader.Read(frame);

    /// <inheritdoc/>
    public void Encode(ClientFrame frame, IBufferWriter<byte> to)
    {
        var writer = new ByteWriter(to, 256);
        ProtobufClientWriter.Write(ref writer, frame);
        writer.Commit();
    }

    /// <inheritdoc/>
    public void Encode(ServerFrame frame, IBufferWriter<byte> to)
    {
        var writer = new ByteWriter(to, ProtobufServerWriter.Expect(frame));
        ProtobufServerWriter.Write(ref writer, frame);
        writer.Commit();
    }

    private static bool TryTakeFrame(ReadOnlySpan<byte> message, ref int at, out ReadOnlySpan<byte> frame)
    {
        frame = default;
        if (!ProtoReader.TryReadVarint(message, ref at, out var length) || length > (ulong)(message.Length - at))
            return false;

        frame = message.Slice(at, (int)length);
        at += (int)length;
        return true;
    }
}
