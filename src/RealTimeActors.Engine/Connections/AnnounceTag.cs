using RealTimeActors.Engine.Sessions;

namespace RealTimeActors.Engine.Connections;

/// <summary>Cursors of a pattern's channels on their way to the session.</summary>
internal sealed record AnnounceTag(Following Following, IReadOnlyList<SessionSubscription> Channels);
