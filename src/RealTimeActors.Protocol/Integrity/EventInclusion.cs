namespace RealTimeActors.Protocol.Integrity;

/// <summary>How an event is part of what a checkpoint signed: it is one of the events that came since the checkpoint before, and its channel is one of those that moved.</summary>
/// <param name="Head">Where the channel stood in the checkpoint.</param>
/// <param name="EventPath">From the event's hash to the head's <see cref="CheckpointHead.EventsRoot"/>; its place is its offset after <see cref="CheckpointHead.From"/>.</param>
/// <param name="HeadIndex">The place of the head among those that moved, from 0.</param>
/// <param name="HeadPath">From the head to the checkpoint's <see cref="Protocol.Integrity.Checkpoint.MovedRoot"/>.</param>
/// <param name="Checkpoint">The checkpoint.</param>
public sealed record EventInclusion(
    CheckpointHead Head, IReadOnlyList<ReadOnlyMemory<byte>> EventPath, long HeadIndex, IReadOnlyList<ReadOnlyMemory<byte>> HeadPath, Checkpoint Checkpoint);
