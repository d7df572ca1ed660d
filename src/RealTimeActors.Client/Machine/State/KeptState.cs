using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine.State;

/// <summary>A confirmed document that outlives its process, so that the next one needs only what has changed since.</summary>
/// <param name="Channel">Whose.</param>
/// <param name="Epoch">The life of the log that it is of.</param>
/// <param name="Offset">It is the state as of this offset.</param>
/// <param name="Fields">The top-level fields of the values that it has; null: all.</param>
/// <param name="Entries">The entries, each key once.</param>
public sealed record KeptState(string Channel, string Epoch, long Offset, IReadOnlyList<string>? Fields, IReadOnlyList<Entry> Entries);
