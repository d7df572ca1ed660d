namespace RealTimeActors.Protocol.Codecs;

/// <summary>The codec of each wire format.</summary>
public static class FrameCodecs
{
    /// <summary>The JSON encoding.</summary>
    public static IFrameCodec Json { get; } = new JsonCodec();

    /// <summary>The Protobuf encoding.</summary>
    public static IFrameCodec Protobuf { get; } = new ProtobufCodec();

    /// <summary>The codec that writes and reads <paramref name="format"/>.</summary>
    public static IFrameCodec For(WireFormat format) => format.Uncompressed() is WireFormat.WebSocketProtobuf ? Protobuf : Json;
}
