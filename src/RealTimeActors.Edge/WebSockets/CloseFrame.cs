using System.Buffers.Binary;
using System.Text;

namespace RealTimeActors.Edge.WebSockets;

/// <summary>Close frames of the server (RFC 6455, 5.5.1).</summary>
internal static class CloseFrame
{
    internal const int ReasonBytesMax = 123;

    /// <summary>A frame with this status and as much of the reason as fits, cut between characters.</summary>
    internal static byte[] Of(int status, string reason)
    {
        Span<byte> text = stackalloc byte[ReasonBytesMax];
        // Encodes whole characters only; what does not fit is left out.
        Encoding.UTF8.GetEncoder().Convert(reason, text, flush: false, out _, out var bytes, out _);

        var frame = new byte[4 + bytes];
        frame[0] = 0x88;
        frame[1] = (byte)(2 + bytes);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)status);
        text[..bytes].CopyTo(frame.AsSpan(4));
        return frame;
    }

    /// <summary>The answer to a peer that closed: its own status, or none where it gave none.</summary>
    internal static byte[] Echo(int? status) => status is { } code ? Of(code, "") : [0x88, 0];
}
