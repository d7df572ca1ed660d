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
    object? Tag, string SessionId, bool Exists, string? User, long SeenUnixMs, string? ConnectionId, bool IsJournaled, IReadOnlyList<SessionSubscription> Subscriptions);
