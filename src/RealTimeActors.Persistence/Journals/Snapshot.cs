namespace RealTimeActors.Persistence.Journals;

/// <summary>Everything of a stream up to <paramref name="Sequence"/>, folded.</summary>
public sealed record Snapshot(long Sequence, ReadOnlyMemory<byte> Payload);
