namespace RealTimeActors.Edge.WebSockets;

/// <summary>What became of the bytes that came in.</summary>
/// <param name="Kind">Of what kind it is.</param>
/// <param name="Status">The peer's close status (null: it gave none), or the one to close with.</param>
/// <param name="Reason">What was wrong, for the close frame.</param>
internal readonly record struct IncomingOutcome(IncomingKind Kind, int? Status = null, string Reason = "");
