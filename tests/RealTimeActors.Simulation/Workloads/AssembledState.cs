using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>What a client has made of the parts and the changes that it was told, over all of its connections.</summary>
internal sealed class AssembledState
{
    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>As of which offset it is.</summary>
    public long Offset { get; private set; }

    /// <summary>Whether all of its parts have come.</summary>
    public bool IsWhole { get; private set; }

    public IReadOnlyCollection<Entry> Entries => _entries.Values;

    /// <summary>Parts follow that replace it.</summary>
    public void Begin(long offset)
    {
        _entries.Clear();
        Offset = offset;
        IsWhole = false;
    }

    public void Take(ServerFrame.State part)
    {
        foreach (var entry in part.Entries)
            _entries[entry.Key] = entry;

        IsWhole |= part.Last;
    }

    /// <summary>One that it has already comes again after a resume.</summary>
    public void Take(ServerFrame.Change change)
    {
        if (change.Offset <= Offset)
            return;

        Offset = change.Offset;
        if (change.Deleted)
            _entries.Remove(change.Key);
        else
            _entries[change.Key] = new Entry(change.Key, change.Version, change.Patch is { } patch ? MergePatch.Apply(_entries.GetValueOrDefault(change.Key)?.Value ?? default, patch) : change.Value ?? default);
    }

    public void Skip(long to) => Offset = Math.Max(Offset, to);
}
