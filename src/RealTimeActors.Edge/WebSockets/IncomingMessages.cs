using System.Buffers;
using System.Runtime.InteropServices;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Framing;

namespace RealTimeActors.Edge.WebSockets;

/// <summary>Makes client frames of the bytes that come in, in whatever pieces they come.</summary>
/// <remarks>Holds a buffer only while a WebSocket message is there in part.</remarks>
internal sealed class IncomingMessages(WireFormat format, int frameBytesMax, int messageBytesMax) : IDisposable
{
    private const int NoStatus = 1005;

    private readonly IFrameCodec _codec = FrameCodecs.For(format);
    private readonly WebSocketRead _kind = format == WireFormat.WebSocketJson ? WebSocketRead.Text : WebSocketRead.Binary;
    private readonly WebSocketReader _reader = new(expectMasked: true, messageBytesMax);

    /// <summary>Takes all the bytes, adds the frames that are complete, and says how it goes on. The bytes are changed (unmasked) where they lie.</summary>
    internal IncomingOutcome Feed(in ReadOnlySequence<byte> bytes, List<ClientFrame> frames)
    {
        if (bytes.IsSingleSegment)
            return Feed(MemoryMarshal.AsMemory(bytes.First).Span, frames);

        // In one piece, so that a message across two of the server's segments is not gathered by the reader bit by bit.
        var length = (int)bytes.Length;
        var gathered = ArrayPool<byte>.Shared.Rent(length);
        bytes.CopyTo(gathered);
        var outcome = Feed(gathered.AsSpan(0, length), frames);
        ArrayPool<byte>.Shared.Return(gathered);
        return outcome;
    }

    public void Dispose() => _reader.Dispose();

    private IncomingOutcome Feed(Span<byte> bytes, List<ClientFrame> frames)
    {
        while (true)
        {
            var read = _reader.Read(bytes, out var consumed, out var payload);
            bytes = bytes[consumed..];
            switch (read)
            {
                case WebSocketRead.NeedsMore:
                    return default;
                case WebSocketRead.Close:
                    return new IncomingOutcome(IncomingKind.PeerClosed, _reader.Status == NoStatus ? null : _reader.Status);
                case WebSocketRead.Violation:
                    return Broken(_reader.Status, _reader.Reason);
                case WebSocketRead.Ping:
                    frames.Add(new ClientFrame.TransportPing(payload.ToArray()));
                    break;
                case WebSocketRead.Pong:
                    break;
                default:
                    if (read != _kind)
                        return Broken(1003, _kind == WebSocketRead.Text ? "This subprotocol is spoken in text messages." : "This subprotocol is spoken in binary messages.");

                    if (!_codec.TryDecodeClient(payload, frameBytesMax, frames))
                        return Broken(1007, "The message cannot be divided into frames: a length points beyond its end, or it is not UTF-8.");

                    break;
            }
        }
    }

    private static IncomingOutcome Broken(int status, string reason) => new(IncomingKind.Broken, status, reason);
}
