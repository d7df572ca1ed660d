using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

/// <summary>
/// The wire door: one live transport of one client. Core writes through it; what comes in goes to the <see cref="IConnection"/> that was opened for it.
/// </summary>
/// <remarks>The members are called by one actor, never two at a time, and never block.</remarks>
public interface ITransport
{
    /// <summary>Encoding and framing on this transport. Core hands over complete WebSocket messages, headers included, or lines.</summary>
    WireFormat Format { get; }

    /// <summary>What it is, one of <see cref="TransportNames"/>, for people and for figures. It may change while the connection lives.</summary>
    string Name => TransportNames.WebSocket;

    /// <summary>Who is at the other end, as far as it is known, for logs.</summary>
    string Remote { get; }

    /// <summary>Whom the transport's own handshake has found out (an <c>Authorization</c> header, the process itself); null: the client says it in its hello.</summary>
    Identity? Identity => null;

    /// <summary>
    /// Sends as many of the bytes as the transport takes now, and says how many. When it took fewer than it was given, it calls
    /// <see cref="IConnection.Writable"/> once it can take more. After the end of the connection it takes everything and drops it.
    /// </summary>
    int Send(ReadOnlySpan<byte> bytes);

    /// <summary>Whether answers go another way than the stream of <see cref="Send"/>: as the answer to the HTTP request that asked.</summary>
    /// <remarks>Then every frame with an id, the <c>welcome</c> and the <c>close</c> go to <see cref="Answer"/> and not into the stream; a <c>subscribed</c>, those of the welcome
    /// included, goes into the stream as well, without its id, because its place among the events counts.</remarks>
    bool TakesAnswers => false;

    /// <summary>Takes a frame that answers. Never refused: answers are bounded by what was asked.</summary>
    void Answer(ServerFrame frame) => throw new NotSupportedException("This transport sends its answers in the stream.");

    /// <summary>Closes in good order after the bytes that were taken: WebSocket close frame with the code, then a wait for the peer's, bounded.</summary>
    void Close(int code, string reason);

    /// <summary>Opens the window for as many received bytes again: what <see cref="IConnection.Received"/> counted is dealt with. While the window
    /// (1 MiB) is used up, the transport does not read: a full mailbox stops reading the connection.</summary>
    void Consumed(int bytes);
}
