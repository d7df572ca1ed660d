namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <summary>What became of a checkpoint that was to be signed.</summary>
/// <param name="Number">Of the checkpoint.</param>
/// <param name="Signature">64 bytes; empty: it could not be signed just now, and is tried again.</param>
public sealed record CheckpointSigned(long Number, ReadOnlyMemory<byte> Signature);
