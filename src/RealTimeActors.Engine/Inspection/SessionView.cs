namespace RealTimeActors.Engine.Inspection;

/// <summary>How a session stands. Its key is not known to anybody but its client.</summary>
/// <param name="Id">Which session.</param>
/// <param name="User">Whose; null where nobody is authenticated.</param>
/// <param name="Connection">The connection that has it; null: it is away.</param>
/// <param name="LastSeenUnixMs">The last sign of life, Unix milliseconds.</param>
/// <param name="ExpiresUnixMs">When it ends if nobody comes for it; null while it is connected.</param>
/// <param name="IsJournaled">Whether it is on disk.</param>
/// <param name="SubscriptionCount">How many channels it follows.</param>
/// <param name="Subscriptions">Those that were asked for.</param>
public sealed record SessionView(
    string Id,
    string? User,
    ConnectionView? Connection,
    long LastSeenUnixMs,
    long? ExpiresUnixMs,
    bool IsJournaled,
    int SubscriptionCount,
    IReadOnlyList<SubscriptionView> Subscriptions)
{
    /// <summary>The patterns that it follows, the most specific first.</summary>
    public IReadOnlyList<string> Patterns { get; init; } = [];
}
