namespace RealTimeActors.Edge.Tests.WebSockets.Direct;

public sealed class DirectFloodTests : FloodTests
{
    private protected override bool IsDirect => true;
}
