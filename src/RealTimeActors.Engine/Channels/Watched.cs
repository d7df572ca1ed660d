namespace RealTimeActors.Engine.Channels;

/// <summary>Events of one publish whose publisher waits for their receivers: a session counts when it has acked all of them.</summary>
/// <param name="From">The first of them.</param>
/// <param name="To">The last of them; by it they are known.</param>
/// <param name="Count">How many sessions are waited for; 0: all that are online.</param>
/// <param name="EndsUnixMs">When the publisher waits no longer.</param>
internal sealed record Watched(long From, long To, long Count, long EndsUnixMs);
