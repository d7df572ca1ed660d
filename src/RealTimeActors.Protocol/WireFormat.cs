namespace RealTimeActors.Protocol;

/// <summary>How frames look on one connection: encoding and framing together. Events are encoded once per format.</summary>
public enum WireFormat : byte
{
    /// <summary>Subprotocol <c>realtime.v1.json</c>: text messages, one JSON object per line.</summary>
    WebSocketJson = 0,

    /// <summary>Subprotocol <c>realtime.v1.proto</c>: binary messages, frames preceded by their length as a varint.</summary>
    WebSocketProtobuf = 1,

    /// <summary>What goes over HTTP (SSE session, long-polling): one JSON object per line, without any framing of ours.</summary>
    JsonLines = 2,

    /// <summary>As <see cref="WebSocketJson"/> where permessage-deflate was agreed: large events are compressed, once for all.</summary>
    WebSocketJsonDeflate = 3,

    /// <summary>As <see cref="WebSocketProtobuf"/> where permessage-deflate was agreed: large events are compressed, once for all.</summary>
    WebSocketProtobufDeflate = 4,
}
