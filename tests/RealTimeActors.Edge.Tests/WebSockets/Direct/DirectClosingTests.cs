namespace RealTimeActors.Edge.Tests.WebSockets.Direct;

public sealed class DirectClosingTests : ClosingTests
{
    private protected override bool IsDirect => true;
}
