namespace RealTimeActors.Engine.HttpSessions;

/// <summary>Frames that go down together, one JSON object per line. Never changes, so that it can be sent again as it was.</summary>
/// <param name="Number">Its place among the batches of its connection, from 1.</param>
/// <param name="Lines">Whole lines, each with its end.</param>
/// <param name="FetchedAt">When it was fetched first, by the clock of its line.</param>
public sealed record Batch(long Number, ReadOnlyMemory<byte> Lines, long FetchedAt);
