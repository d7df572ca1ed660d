namespace RealTimeActors.Edge.WebSockets.Direct;

/// <summary>Whoever waits for a socket to have something to read.</summary>
internal interface IReader
{
    /// <summary>It has, or it has ended: reading will tell. Called from the thread pool.</summary>
    void OnReadable();
}
