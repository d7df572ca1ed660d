using System.Collections.Immutable;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine.State;

/// <summary>A channel's state as it was seen at one moment. It does not change any more.</summary>
/// <param name="Epoch">The life of the log that it is of; null: nothing is known yet.</param>
/// <param name="Offset">What is confirmed is the state as of this offset.</param>
/// <param name="IsWhole">Whether there is a confirmed document; false: only what this client has edited is seen.</param>
/// <param name="Confirmed">What the server has confirmed, in ordinal order of the keys.</param>
/// <param name="Entries">What is seen: the confirmed with the edits on top that are not answered yet, in ordinal order of the keys.</param>
public sealed record StateSnapshot(
    string? Epoch, long Offset, bool IsWhole, ImmutableSortedDictionary<string, Entry> Confirmed, ImmutableSortedDictionary<string, StateEntry> Entries)
{
    internal static ImmutableSortedDictionary<string, Entry> NoneConfirmed { get; } = ImmutableSortedDictionary.Create<string, Entry>(StringComparer.Ordinal);

    internal static ImmutableSortedDictionary<string, StateEntry> NoneSeen { get; } = ImmutableSortedDictionary.Create<string, StateEntry>(StringComparer.Ordinal);

    /// <summary>Nothing.</summary>
    public static StateSnapshot Empty { get; } = new(null, 0, false, NoneConfirmed, NoneSeen);
}
