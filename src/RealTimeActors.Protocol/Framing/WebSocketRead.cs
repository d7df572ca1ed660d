namespace RealTimeActors.Protocol.Framing;

/// <summary>What <see cref="WebSocketReader.Read"/> came upon.</summary>
public enum WebSocketRead : byte
{
    /// <summary>Nothing complete: give it more bytes.</summary>
    NeedsMore,

    /// <summary>A complete text message, valid UTF-8.</summary>
    Text,

    /// <summary>A complete binary message.</summary>
    Binary,

    /// <summary>A ping, to be answered by a pong with the same payload.</summary>
    Ping,

    /// <summary>A pong.</summary>
    Pong,

    /// <summary>The peer closes: see <see cref="WebSocketReader.Status"/> and <see cref="WebSocketReader.Reason"/>. Nothing is read after it.</summary>
    Close,

    /// <summary>The peer broke RFC 6455 or a limit: close with <see cref="WebSocketReader.Status"/>. Nothing is read after it.</summary>
    Violation,
}
