using System.Buffers;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>
/// One encoding of the schema: frames to bytes and back. Stateless and safe to share.
/// </summary>
/// <remarks>"Message" is the payload of one WebSocket message: one or more frames. Decoding never throws for what came from the network.</remarks>
public interface IFrameCodec
{
    /// <summary>Decodes every frame of a message. A frame that cannot be taken becomes <see cref="ClientFrame.Malformed"/> (with its id where it could be
    /// read); unknown kinds without id are left out. Slices of <paramref name="message"/> are not kept: what must live is copied.</summary>
    /// <param name="message">The payload of one message.</param>
    /// <param name="frameBytesMax">The most bytes of one frame; a longer one is <see cref="ErrorCode.TooLarge"/>.</param>
    /// <param name="frames">Where the frames are added.</param>
    /// <returns>False when the message cannot be divided into frames at all (bad UTF-8, a length beyond the end): the connection must be closed.</returns>
    bool TryDecodeClient(ReadOnlySpan<byte> message, int frameBytesMax, List<ClientFrame> frames);

    /// <summary>Decodes every server frame of a message, for clients and tests.</summary>
    bool TryDecodeServer(ReadOnlySpan<byte> message, List<ServerFrame> frames);

    /// <summary>Decodes one server frame by itself, as the pieces of one number are when they are joined: without line end, without length before it.</summary>
    /// <returns>Null: it is not one frame.</returns>
    ServerFrame? DecodeServerFrame(ReadOnlySpan<byte> frame);

    /// <summary>Appends one frame as it stands inside a message (with its length prefix, or its line end).</summary>
    void Encode(ClientFrame frame, IBufferWriter<byte> to);

    /// <summary>Appends one frame as it stands inside a message (with its length prefix, or its line end).</summary>
    void Encode(ServerFrame frame, IBufferWriter<byte> to);
}
