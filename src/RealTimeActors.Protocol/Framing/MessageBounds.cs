using System.Buffers.Binary;

namespace RealTimeActors.Protocol.Framing;

/// <summary>Finds where messages of the server end in a run of them: WebSocket frames (unmasked), or lines.</summary>
public static class MessageBounds
{
    /// <summary>The end of the frame that holds the byte at <paramref name="index"/>, or the end of the bytes where it is not all there.</summary>
    /// <param name="frames">Begins at the first byte of a frame.</param>
    /// <param name="index">Of a byte within them.</param>
    public static int EndOfMessageAt(ReadOnlySpan<byte> frames, int index)
    {
        var end = 0L;
        while (end <= index)
        {
            var frame = frames[(int)end..];
            if (frame.Length < 2)
                return frames.Length;

            var length = frame[1] & 0x7F;
            switch (length)
            {
                case < 126:
                    end += 2 + length;
                    break;
                case 126 when frame.Length >= 4:
                    end += 4 + BinaryPrimitives.ReadUInt16BigEndian(frame[2..]);
                    break;
                case 127 when frame.Length >= 10:
                    end += 10 + BinaryPrimitives.ReadInt64BigEndian(frame[2..]);
                    break;
                default:
                    return frames.Length;
            }

            if (end < 0 || end >= frames.Length)
                return frames.Length;
        }

        return (int)end;
    }

    /// <summary>How many bytes the whole messages have that fit into so many; 0: not even the first does.</summary>
    /// <param name="format">The wire format.</param>
    /// <param name="messages">Whole messages, one after the other.</param>
    /// <param name="bytesMax">The most bytes.</param>
    public static int WholeWithin(WireFormat format, ReadOnlySpan<byte> messages, int bytesMax)
    {
        if (format is WireFormat.JsonLines)
            return messages[..Math.Min(messages.Length, bytesMax)].LastIndexOf((byte)'\n') + 1;

        var end = 0;
        while (end < messages.Length)
        {
            var next = end + EndOfMessageAt(messages[end..], 0);
            if (next > bytesMax)
                break;

            end = next;
        }

        return end;
    }

    /// <summary>How many bytes the first message has.</summary>
    public static int First(WireFormat format, ReadOnlySpan<byte> messages) => format is WireFormat.JsonLines ? messages.IndexOf((byte)'\n') + 1 : EndOfMessageAt(messages, 0);
}
