using RealTimeActors.Engine.HttpSessions;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge;

/// <summary>The bounds of the edge. Every one has its key in <c>hocon/reference.conf</c>.</summary>
public sealed record EdgeOptions
{
    /// <summary>Live connections; a further one is answered with 503. Default 100,000.</summary>
    public int ConnectionsMax { get; init; } = 100_000;

    /// <summary>Bytes of one frame, and of one event over HTTP. Default 64 KiB.</summary>
    public int FrameBytesMax { get; init; } = Limits.FrameBytesMax;

    /// <summary>Bytes of one WebSocket message and of one HTTP body. Default 1 MiB.</summary>
    public int MessageBytesMax { get; init; } = Limits.MessageBytesMax;

    /// <summary>Received bytes of one connection that Core has not dealt with; beyond it the connection is not read. Default 1 MiB.</summary>
    public int ReceiveWindowBytes { get; init; } = 1_048_576;

    /// <summary>How long a closing WebSocket waits for the peer's close frame. Default 2 s.</summary>
    public TimeSpan CloseWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Events in one array over HTTP. Default 1,000.</summary>
    public int ArrayEventsMax { get; init; } = 1_000;

    /// <summary>Channels of one broadcast over HTTP. Default 1,000.</summary>
    public int BroadcastChannelsMax { get; init; } = 1_000;

    /// <summary>How long an HTTP request waits for its channel. Default 10 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long <c>confirm=delivered</c> waits where the request does not say: what the engine does. Default 10 s.</summary>
    public TimeSpan DeliveredTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether everybody who reaches the port may read <c>/metrics</c>, also where tokens are asked for.</summary>
    public bool MetricsAreOpen { get; init; }

    /// <summary>SHA-256 of the token that opens <c>/metrics</c> and nothing else; empty: there is none. Not the token itself, so that it is nowhere to be printed.</summary>
    public ReadOnlyMemory<byte> MetricsTokenHash { get; init; }

    /// <summary>Origins (<c>https://app.example.org</c>, exactly) whose pages may talk to this server besides those of the machine itself.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>Whether only this machine can reach the server directly. Then pages of this machine need not be in <see cref="Origins"/>.</summary>
    public bool ListensOnLoopback { get; init; } = true;

    /// <summary>Control frames (ping, pong), empty messages and small fragments of one connection per second, with twice as many at once. Faster is closed with 4405. Default 100.</summary>
    public int ControlFramesPerSecond { get; init; } = 100;

    /// <summary>How long a WebSocket message may be under way, from its first byte to its last. Default 30 s.</summary>
    public TimeSpan MessageWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the body of an HTTP request may be under way. Default 30 s.</summary>
    public TimeSpan BodyWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a new connection has until its first request is there as a whole, TLS included. Default 10 s.</summary>
    public TimeSpan HandshakeWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>New connections of one address that have not sent their first request yet; a further one is closed. 0: any number. Default 4,096.</summary>
    public int HandshakesPerAddress { get; init; } = 4_096;

    /// <summary>Connections of one address, of any kind; a further one is closed. 0: any number, as behind a proxy, where all come from one. Default 0.</summary>
    public int ConnectionsPerAddress { get; init; }

    /// <summary>Bytes that wait for a client over plain HTTP that fetches them; beyond it Core holds the rest back. Default 64 KiB.</summary>
    public int DownBytesMax { get; init; } = 65_536;

    /// <summary>The same while nobody fetches. Default 16 KiB.</summary>
    public int DownBytesAbsentMax { get; init; } = 16_384;

    /// <summary>Batches that were fetched and can be fetched again, where an answer was lost. Default 64.</summary>
    public int BatchesKept { get; init; } = 64;

    /// <summary>Bytes of them; the newest is kept whatever its length. Default 256 KiB.</summary>
    public int BatchBytesKeptMax { get; init; } = 262_144;

    /// <summary>How long they are kept. Default 60 s.</summary>
    public TimeSpan BatchesKeptFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection over plain HTTP lives without a request that fetches what comes down. Its session stays. Default 30 s.</summary>
    public TimeSpan DownStreamWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The bounds of one connection over plain HTTP among these.</summary>
    internal HttpLineOptions Line => new()
    {
        DownBytesMax = DownBytesMax,
        DownBytesAbsentMax = DownBytesAbsentMax,
        BatchesKept = BatchesKept,
        BatchBytesKeptMax = BatchBytesKeptMax,
        BatchesKeptFor = BatchesKeptFor,
        DownStreamWithin = DownStreamWithin,
        StreamHeartbeat = StreamHeartbeat,
        LastWriteWithin = LastWriteWithin,
    };

    /// <summary>How long a request up waits for its answers. Default 30 s.</summary>
    public TimeSpan AnswersWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest that a poll waits. Default 60 s.</summary>
    public TimeSpan PollWaitMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a stream of events is silent at most, so that what stands between does not take it for dead. Default 15 s.</summary>
    public TimeSpan StreamHeartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection that was closed may go on writing what it had. Default 10 s.</summary>
    public TimeSpan LastWriteWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of a channel's newest events that are held for its plain streams, once for all of them; who is further behind reads the log. Default 1 MiB.</summary>
    public int FeedBytesMax { get; init; } = 1_048_576;

    /// <summary>How long a plain stream may take for one write (16 KiB and what lies before it); then it is cut off, and comes back to where it was. Default 5 min.</summary>
    public TimeSpan StreamWriteWithin { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a ticket can be used after it was made. Default 30 s.</summary>
    public TimeSpan TicketWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Tickets that are held: those that were not used yet, and those whose streams may come back. A further one is refused. Default 100,000.</summary>
    public int TicketsMax { get; init; } = 100_000;

    /// <summary>Tickets of one user among them; with a further one his oldest is given up. Default 1,000.</summary>
    public int TicketsPerUserMax { get; init; } = 1_000;

    /// <summary>Whether large events are compressed on WebSockets whose clients offer permessage-deflate. Off by default.</summary>
    public bool Compresses { get; init; }

    /// <summary>Bytes that the operating system holds for one WebSocket beyond what is on its way (Linux); 0: as many as it likes. Default 64 KiB.</summary>
    public int UnsentBytesMax { get; init; } = 65_536;
}
