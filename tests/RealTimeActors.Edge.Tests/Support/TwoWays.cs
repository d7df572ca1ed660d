namespace RealTimeActors.Edge.Tests.Support;

/// <summary>Tests that hold for WebSockets on both ways: behind Kestrel, and, in a class that derives from them, on the bare socket.</summary>
public abstract class TwoWays
{
    private protected virtual bool IsDirect => false;

    private protected Task<EdgeServer> StartAsync(EdgeOptions? options = null, bool hidesSocket = false) => EdgeServer.StartAsync(options, hidesSocket, IsDirect);
}
