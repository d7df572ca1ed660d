namespace RealTimeActors.Edge.WebSockets;

/// <summary>What became of the bytes that came in.</summary>
internal enum IncomingKind
{
    /// <summary>All were read; more may come.</summary>
    More,

    /// <summary>The peer's close frame came.</summary>
    PeerClosed,

    /// <summary>They break the protocol of the WebSocket layer.</summary>
    Broken,
}
