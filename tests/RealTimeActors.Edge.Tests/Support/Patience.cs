namespace RealTimeActors.Edge.Tests.Support;

/// <summary>How long a test waits for what must happen before it fails. Never how long it waits for its own sake.</summary>
internal static class Patience
{
    internal static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60);
}
