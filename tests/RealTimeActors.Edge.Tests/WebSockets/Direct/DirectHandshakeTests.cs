namespace RealTimeActors.Edge.Tests.WebSockets.Direct;

public sealed class DirectHandshakeTests : HandshakeTests
{
    private protected override bool IsDirect => true;
}
