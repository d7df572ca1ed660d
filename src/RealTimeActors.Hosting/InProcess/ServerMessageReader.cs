using System.Buffers;
using System.Buffers.Binary;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Hosting.InProcess;

/// <summary>Finds the messages in what the engine sends, in pieces of any size: whole WebSocket frames without mask (RFC 6455, 5.2), and the frames of the contract in them.</summary>
internal sealed class ServerMessageReader
{
    private const int OpcodeBinary = 2;

    private readonly IFrameCodec _codec = FrameCodecs.For(WireFormat.WebSocketProtobuf);

    /// <summary>The beginning of a message whose end has not come.</summary>
    private ArrayBufferWriter<byte> _rest = new(256);

    /// <summary>Adds every frame that is complete.</summary>
    /// <exception cref="InvalidDataException">These are no messages of the engine.</exception>
    internal void Read(ReadOnlySpan<byte> bytes, List<ServerFrame> frames)
    {
        if (_rest.WrittenCount == 0)
        {
            _rest.Write(bytes[ReadWhole(bytes, frames)..]);
            return;
        }

        _rest.Write(bytes);
        var all = _rest.WrittenSpan;
        var read = ReadWhole(all, frames);
        if (read == 0)
            return;

        var rest = new ArrayBufferWriter<byte>(Math.Max(256, all.Length - read));
        rest.Write(all[read..]);
        _rest = rest;
    }

    private int ReadWhole(ReadOnlySpan<byte> bytes, List<ServerFrame> frames)
    {
        var read = 0;
        while (TryReadHeader(bytes[read..], out var header, out var length) && bytes.Length - read - header >= length)
        {
            var payload = bytes.Slice(read + header, length);
            if ((bytes[read] & 0x0F) == OpcodeBinary && !_codec.TryDecodeServer(payload, frames))
                throw new InvalidDataException("A message of the engine could not be divided into frames.");

            read += header + length;
        }

        return read;
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> bytes, out int header, out int length)
    {
        length = 0;
        header = 2;
        if (bytes.Length < header)
            return false;

        length = bytes[1];
        switch (length)
        {
            case 126:
                header = 4;
                if (bytes.Length < header)
                    return false;

                length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
                return true;
            case 127:
                header = 10;
                if (bytes.Length < header)
                    return false;

                length = checked((int)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]));
                return true;
            default:
                return true;
        }
    }
}
