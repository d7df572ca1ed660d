using System.Buffers;
using System.Text.Unicode;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>Frames as JSON: one object per line.</summary>
public sealed class JsonCodec : IFrameCodec
{
    /// <inheritdoc/>
    public bool TryDecodeClient(ReadOnlySpan<byte> message, int frameBytesMax, List<ClientFrame> frames)
    {
        if (!Utf8.IsValid(message))
            return false;

        while (TryNextLine(ref message, out var line))
        {
            var frame = line.Length > frameBytesMax
                ? new ClientFrame.Malformed(ErrorCode.TooLarge, $"A frame has at most {frameBytesMax} bytes; this one has {line.Length}.")
                {
                    Id = JsonClientReader.FindLeadingId(line),
                }
                : JsonClientReader.Read(line);
            if (frame is not null)
                frames.Add(frame);
        }

        return true;
    }

    /// <inheritdoc/>
    public bool TryDecodeServer(ReadOnlySpan<byte> message, List<ServerFrame> frames)
    {
        if (!Utf8.IsValid(message))
            return false;

        while (TryNextLine(ref message, out var line))
        {
            var frame = JsonServerReader.Read(line);
            if (frame is null)
                return false;

            frames.Add(frame);
        }

        return true;
    }

    /// <inheritdoc/>
    public ServerFrame? DecodeServerFrame(ReadOnlySpan<byte> frame) => Utf8.IsValid(frame) ? JsonServerReader.Read(frame) : null;

    /// <inheritdoc/>
    public void Encode(ClientFrame frame, IBufferWriter<byte> to)
    {
        var writer = new ByteWriter(to, 256);
        JsonClientWriter.Write(ref writer, frame);
        writer.Commit();
    }

    /// <inheritdoc/>
    public void Encode(ServerFrame frame, IBufferWriter<byte> to)
    {
        var writer = new ByteWriter(to, JsonServerWriter.Expect(frame));
        JsonServerWriter.Write(ref writer, frame);
        writer.Commit();
    }

    private static bool TryNextLine(ref ReadOnlySpan<byte> message, out ReadOnlySpan<byte> line)
    {
        while (!message.IsEmpty)
        {
            var end = message.IndexOf((byte)'\n');
            line = (end < 0 ? message : message[..end]).Trim(" \t\r"u8);
            message = end < 0 ? default : message[(end + 1)..];
            if (!line.IsEmpty)
                return true;
        }

        line = default;
        return false;
    }
}
