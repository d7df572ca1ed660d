namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <summary>Where to look for the checkpoint that covers an event.</summary>
/// <param name="Number">Its number, or that of the first that may be it; null: none covers it.</param>
internal sealed record LocatedCheckpoint(long? Number);
