namespace RealTimeActors.Edge.WebSockets;

/// <summary>How the way in ended.</summary>
internal enum EndOfInput
{
    /// <summary>The peer's close frame came, first or as the answer to ours.</summary>
    Closed,

    /// <summary>The peer ended the connection without one.</summary>
    Eof,

    /// <summary>What came is not WebSocket, or not within the limits; the peer was told.</summary>
    Broken,

    /// <summary>The connection was reset, or the peer did not answer our close frame in time.</summary>
    Abandoned,
}
