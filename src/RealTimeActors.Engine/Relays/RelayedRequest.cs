namespace RealTimeActors.Engine.Relays;

/// <summary>A request of a client over plain HTTP that came to another node than the one that has its connection. What can be judged without the connection was judged there.</summary>
/// <param name="Place">By which the connection is found: made of the session's id and key, and not the key itself.</param>
public abstract record RelayedRequest(string Place)
{
    /// <summary><c>POST /v1/up</c>.</summary>
    /// <param name="Place">As of every request.</param>
    /// <param name="Lines">Frames, one JSON object per line.</param>
    public sealed record Up(string Place, ReadOnlyMemory<byte> Lines) : RelayedRequest(Place);

    /// <summary><c>GET /v1/sse</c>.</summary>
    /// <param name="Place">As of every request.</param>
    /// <param name="After">The batch that the client has; empty: none.</param>
    /// <param name="HasIdentity">Whether the request says itself whose it is.</param>
    public sealed record Stream(string Place, string After, bool HasIdentity) : RelayedRequest(Place);

    /// <summary><c>GET /v1/poll</c>.</summary>
    /// <param name="Place">As of every request.</param>
    /// <param name="After">The batch that the client has; empty: none.</param>
    /// <param name="HasIdentity">Whether the request says itself whose it is.</param>
    /// <param name="Wait">How long it waits for a batch.</param>
    public sealed record Poll(string Place, string After, bool HasIdentity, TimeSpan Wait) : RelayedRequest(Place);
}
