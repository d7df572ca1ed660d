namespace RealTimeActors.Persistence.Journals;

/// <summary>A stream as the journal lists it.</summary>
/// <param name="Stream">Its name.</param>
/// <param name="Trim">Entries up to this sequence were let go; 0: none.</param>
/// <param name="Last">The last durable sequence.</param>
/// <param name="LastWriteUnixMs">When it was last appended to, by the store's clock.</param>
public sealed record StreamInfo(StreamId Stream, long Trim, long Last, long LastWriteUnixMs);
