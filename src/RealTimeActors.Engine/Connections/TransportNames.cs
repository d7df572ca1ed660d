namespace RealTimeActors.Engine.Connections;

/// <summary>What transports are called, for people and for figures.</summary>
public static class TransportNames
{
    /// <summary>A WebSocket.</summary>
    public const string WebSocket = "websocket";

    /// <summary>Plain HTTP, and a stream of events fetches what comes down.</summary>
    public const string ServerSentEvents = "sse";

    /// <summary>Plain HTTP, and polls fetch what comes down.</summary>
    public const string LongPolling = "poll";

    /// <summary>Plain HTTP, and nothing was fetched yet.</summary>
    public const string Http = "http";

    /// <summary>No wire: the application that the server lives in.</summary>
    public const string InProcess = "inprocess";

    /// <summary>The plain event stream of one channel, which is no session.</summary>
    public const string Stream = "stream";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [WebSocket, ServerSentEvents, LongPolling, Http, InProcess, Stream];
}
