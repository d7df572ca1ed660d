using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <summary>A checkpoint was made: what was signed, and the heads that moved since the one before.</summary>
/// <param name="Checkpoint">With its signature.</param>
/// <param name="Moved">By name.</param>
internal sealed record CheckpointMade(Checkpoint Checkpoint, IReadOnlyList<CheckpointHead> Moved);
