namespace RealTimeActors.Edge.Tests.WebSockets.Direct;

public sealed class DirectWebSocketTransportTests : WebSocketTransportTests
{
    private protected override bool IsDirect => true;
}
