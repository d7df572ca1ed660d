namespace RealTimeActors.Engine.DeadLetters;

/// <summary>A letter that could not be published again.</summary>
/// <param name="Offset">Which.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record ReplayFailure(long Offset, string Reason);
