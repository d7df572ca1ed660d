namespace RealTimeActors.Protocol;

/// <summary>The limits of the contract. Public ones are configurable downwards and upwards by the server; these are the defaults.</summary>
public static class Limits
{
    /// <summary>Bytes of one frame.</summary>
    public const int FrameBytesMax = 65_536;

    /// <summary>Bytes of one WebSocket message, however many frames it holds.</summary>
    public const int MessageBytesMax = 1_048_576;

    /// <summary>Depth of JSON.</summary>
    public const int JsonDepthMax = 32;

    /// <summary>Bytes of a channel name that does not begin with <c>$</c>.</summary>
    public const int ChannelBytesMax = 200;

    /// <summary>The greatest integer on the wire, 2^53-1.</summary>
    public const long IntegerMax = (1L << 53) - 1;
}
