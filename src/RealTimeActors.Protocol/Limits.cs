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

    /// <summary>The longest that <c>debounceMs</c>, <c>debounceMaxMs</c> and <c>batchMs</c> of a shape may be.</summary>
    public const int ShapeMsMax = 60_000;

    /// <summary>The greatest <c>batchMax</c> of a shape.</summary>
    public const int ShapeBatchMax = 10_000;

    /// <summary>The greatest <c>maxPerSecond</c> of a shape.</summary>
    public const int ShapeRateMax = 1_000_000;

    /// <summary>Names in <c>fields</c>, types in <c>immediate</c>, and values of one attribute in <c>filter</c>.</summary>
    public const int NamesMax = 64;

    /// <summary>Bytes of one of them.</summary>
    public const int NameBytesMax = 200;

    /// <summary>The least that <c>hello.pieces</c> may ask for.</summary>
    public const int PieceBytesMin = 1_024;

    /// <summary>Sessions that a receipt names as missing.</summary>
    public const int MissingMax = 100;

    /// <summary>The greatest integer on the wire, 2^53-1.</summary>
    public const long IntegerMax = (1L << 53) - 1;
}
