namespace RealTimeActors.Edge.Tests.WebSockets.Direct;

public sealed class DirectCompressionTests : CompressionTests
{
    private protected override bool IsDirect => true;
}
