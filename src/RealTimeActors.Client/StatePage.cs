using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client;

/// <summary>A page of a channel's state.</summary>
/// <param name="Epoch">The present life of the log.</param>
/// <param name="Offset">It is the state as of this offset.</param>
/// <param name="Entries">In order of their keys.</param>
/// <param name="NextKey">The next page is what comes after this key. null: this was the last.</param>
public sealed record StatePage(string Epoch, long Offset, IReadOnlyList<Entry> Entries, string? NextKey);
