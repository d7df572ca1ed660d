using System.Text;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.States;

/// <summary>Some entries of a state, in ordinal order of their keys.</summary>
/// <param name="Entries">As many as fit.</param>
/// <param name="NextKey">The key behind which the next page begins; null: the end was reached.</param>
internal readonly record struct StatePage(IReadOnlyList<Entry> Entries, string? NextKey)
{
    /// <summary>What an entry has on the wire besides its key and value.</summary>
    private const int EntryBytesAround = 64;

    /// <summary>The page that is asked for.</summary>
    internal static StatePage Of(StateDocument document, ChannelCommand.ReadState read)
    {
        if (read.Key is not { } key)
            return Of(document, read.AfterKey, read.Limit, read.BytesMax);

        return new StatePage(document.TryGet(key, out var entry) ? [new Entry(key, entry.Version, entry.Value)] : [], null);
    }

    /// <summary>The entries behind a key, so many at most, of so many bytes; the first one comes whatever it has.</summary>
    /// <param name="document">The state.</param>
    /// <param name="afterKey">Need not be there; null: from the first on.</param>
    /// <param name="entriesMax">1 or more.</param>
    /// <param name="bytesMax">About.</param>
    /// <param name="select">What of a value is wanted; null: all.</param>
    internal static StatePage Of(StateDocument document, string? afterKey, int entriesMax, int bytesMax, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? select = null)
    {
        var entries = new List<Entry>();
        var bytes = 0L;
        foreach (var entry in document.After(afterKey))
        {
            var value = select is null ? entry.Value : select(entry.Value);
            var size = EntryBytesAround + Encoding.UTF8.GetByteCount(entry.Key) + value.Length;
            if (entries.Count > 0 && (entries.Count >= entriesMax || bytes + size > bytesMax))
                return new StatePage(entries, entries[^1].Key);

            entries.Add(new Entry(entry.Key, entry.Version, value));
            bytes += size;
        }

        return new StatePage(entries, null);
    }
}
