namespace RealTimeActors.Protocol;

/// <summary>What wire formats have in common.</summary>
public static class WireFormats
{
    /// <summary>Whether messages may be compressed, in both directions.</summary>
    public static bool IsCompressed(this WireFormat format) => format is WireFormat.WebSocketJsonDeflate or WireFormat.WebSocketProtobufDeflate;

    /// <summary>The format of a message that is not compressed.</summary>
    public static WireFormat Uncompressed(this WireFormat format) => format switch
    {
        WireFormat.WebSocketJsonDeflate => WireFormat.WebSocketJson,
        WireFormat.WebSocketProtobufDeflate => WireFormat.WebSocketProtobuf,
        _ => format,
    };
}
