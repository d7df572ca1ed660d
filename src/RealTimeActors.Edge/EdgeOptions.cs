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

    /// <summary>Origins (<c>https://app.example.org</c>, exactly) whose pages may talk to this server besides those of the machine itself.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];
}
