namespace RealTimeActors.Benchmarks.Load;

/// <summary>What is spoken inside the WebSocket: ours in two encodings, and those of the peers. A struct, so that the loop is compiled for each.</summary>
internal interface IDialect
{
    string? Subprotocol { get; }

    /// <summary>1 for text, 2 for binary.</summary>
    byte Opcode { get; }

    /// <summary>True when a protocol frame may run on from one WebSocket message into the next.</summary>
    bool IsStream { get; }

    /// <summary>True when every publish is a WebSocket message of its own; those that are due leave in one write all the same.</summary>
    bool IsMessagePerPublish { get; }

    string PathOf(LoadConnection connection);

    /// <summary>The first message on a connection: who we are and, if it subscribes, to what. May say that it is ready, and write nothing.</summary>
    void Greet(LoadConnection connection, ByteWriter to);

    /// <summary>Reads the whole protocol frames in <paramref name="payload"/> and returns how many bytes they took.</summary>
    int Walk(LoadConnection connection, ReadOnlySpan<byte> payload, bool messageEnds);

    /// <summary>Writes the publish with this number; its body is the publisher's <see cref="LoadPublisher.Payload"/>.</summary>
    void Publish(LoadConnection connection, long id, ByteWriter to);

    /// <summary>Everything up to the connection's offset is processed. Writes nothing where the dialect knows no acks.</summary>
    void Ack(LoadConnection connection, ByteWriter to);

    void Pong(ByteWriter to);
}
