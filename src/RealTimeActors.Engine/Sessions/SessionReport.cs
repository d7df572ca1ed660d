namespace RealTimeActors.Engine.Sessions;

/// <summary>How a session stands, for people who look at it.</summary>
/// <param name="Tag">The asker's.</param>
/// <param name="SessionId">Which session.</param>
/// <param name="Exists">Whether there is one of this id.</param>
/// <param name="User">Whose it is; null where nobody is authenticated.</param>
/// <param name="SeenUnixMs">When a connection last came or went.</param>
/// <param name="ConnectionId">The connection that has it now; null: it is away.</param>
/// <param name="IsJournaled">Whether it is on disk.</param>
/// <param name="Subscriptions">What it follows, with everything that was acked, journaled or not.</param>
internal sealed record SessionReport(
    object? Tag, string SessionId, bool Exists, string? User, long SeenUnixMs, string? ConnectionId, bool IsJournaled, IReadOnlyList<SessionSubscription> Subscriptions)
{
    /// <summary>Channels that came by patterns and are told of, at most.</summary>
    internal const int ByPatternMax = 200;

    /// <summary>Why it could not be learnt whether there is one; null: it was.</summary>
    internal string? NotKnownBecause { get; init; }

    /// <summary>From when on its time counts where nobody has it: now, as long as it is not known that its last connection has ended.</summary>
    internal long AwaySinceUnixMs { get; init; }

    /// <summary>How many channels it follows altogether.</summary>
    internal int Count { get; init; }

    /// <summary>The patterns that it follows, the most specific first.</summary>
    internal IReadOnlyList<SessionPattern> Patterns { get; init; } = [];

    /// <summary>The pattern that a channel came by; null: it was subscribed to by name.</summary>
    internal string? PatternOf(SessionSubscription subscription) =>
        subscription.IsByPattern ? Patterns.FirstOrDefault(pattern => pattern.Means(subscription.Channel))?.Pattern.Text : null;
}
