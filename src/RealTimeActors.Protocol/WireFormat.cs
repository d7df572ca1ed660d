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
}
