namespace RealTimeActors.Edge.Tests.WebSockets.Direct;

public sealed class DirectBrokenInputTests : BrokenInputTests
{
    private protected override bool IsDirect => true;
}
