using System.Buffers.Binary;

namespace RealTimeActors.Edge.WebSockets;

/// <summary>Finds where WebSocket frames of the server (unmasked) end in a run of them.</summary>
internal static class MessageBounds
{
    /// <summary>The end of the frame that holds the byte at <paramref name="index"/>, or the end of the bytes where it is not all there.</summary>
    /// <param name="frames">Begins at the first byte of a frame.</param>
    /// <param name="index">Of a byte within them.</param>
    internal static int EndOfMessageAt(ReadOnlySpan<byte> frames, int index)
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
}
