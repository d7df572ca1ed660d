namespace RealTimeActors.Streams.Stages;

/// <summary>Where the elements of one key wait: one that keeps its place, and one that a newer one may replace.</summary>
internal readonly record struct ConflatedPlaces(int Frozen, int Waiting);
