namespace RealTimeActors.Persistence.Journals.Memory;

/// <summary>Streams in memory, and what the contract of <see cref="IJournal"/> answers about them. Has no order, no delay and no thread of its own.</summary>
internal sealed class MemoryStreams(string life)
{
    private readonly SortedDictionary<string, MemoryStream> _streams = new(StringComparer.Ordinal);

    internal string Life => life;

    /// <summary>Counts what changes the entries of any stream: where it is the same, nothing has come.</summary>
    internal long Changes { get; private set; }

    internal JournalReply Append(StreamId stream, long expectedLast, JournalRow row, long nowMs)
    {
        var last = _streams.TryGetValue(stream.Value, out var found) ? found.Last : 0;
        if (last != expectedLast)
        {
            return new JournalReply.AppendFailed(
                stream,
                row.Last,
                JournalFault.Conflict,
                $"Stream '{stream}' ends at sequence {last}; the append expected {expectedLast}. Somebody else wrote, or an earlier append failed: load the stream again.");
        }

        if (found is null)
            _streams.Add(stream.Value, found = new MemoryStream());

        Changes++;
        found.Rows.Add(row);
        found.Last = row.Last;
        found.LastWriteMs = nowMs;
        return new JournalReply.Appended(stream, row.Last);
    }

    internal JournalReply Read(StreamId stream, long from, int entriesMax, int bytesMax, object? tag)
    {
        if (!_streams.TryGetValue(stream.Value, out var found))
            return new JournalReply.RowsRead(stream, [], 0, 0, tag);

        var rows = new List<JournalRow>();
        long entries = 0, bytes = 0;
        for (var i = found.IndexOf(from); i < found.Rows.Count && (rows.Count == 0 || (entries < entriesMax && bytes < bytesMax)); i++)
        {
            rows.Add(found.Rows[i]);
            entries += found.Rows[i].Count;
            bytes += found.Rows[i].Payload.Length;
        }

        return new JournalReply.RowsRead(stream, rows, found.Trim, found.Last, tag);
    }

    internal JournalReply Trim(StreamId stream, long upTo)
    {
        if (!_streams.TryGetValue(stream.Value, out var found))
            return new JournalReply.Trimmed(stream, 0);

        found.Trim = Math.Max(found.Trim, Math.Min(upTo, found.Last));
        found.Rows.RemoveRange(0, found.IndexOf(found.Trim + 1));
        return new JournalReply.Trimmed(stream, found.Trim);
    }

    internal JournalReply Delete(StreamId stream)
    {
        Changes++;
        _streams.Remove(stream.Value);
        return new JournalReply.Deleted(stream);
    }

    internal JournalReply List(string prefix, string after, int limit) => new JournalReply.Listed(
        prefix,
        [
            .. _streams
                .Where(stream => stream.Key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(stream.Key, after) > 0)
                .Take(limit)
                .Select(stream => new StreamInfo(new StreamId(stream.Key), stream.Value.Trim, stream.Value.Last, stream.Value.LastWriteMs)),
        ]);

    internal JournalReply SaveSnapshot(StreamId stream, long sequence, ReadOnlyMemory<byte> payload)
    {
        var last = _streams.TryGetValue(stream.Value, out var found) ? found.Last : 0;
        if (found is null || sequence > last)
        {
            return new JournalReply.SnapshotFailed(
                stream, sequence, JournalFault.Conflict, $"Stream '{stream}' ends at sequence {last}; a snapshot of {sequence} is ahead of it.");
        }

        if (found.Snapshot is null || sequence >= found.Snapshot.Sequence)
            found.Snapshot = new Snapshot(sequence, payload);

        return new JournalReply.SnapshotSaved(stream, sequence);
    }

    /// <summary>The last sequence of a stream; 0: there is none.</summary>
    internal long LastOf(StreamId stream) => _streams.TryGetValue(stream.Value, out var found) ? found.Last : 0;

    internal JournalReply Load(StreamId stream) => _streams.TryGetValue(stream.Value, out var found)
        ? new JournalReply.Loaded(stream, found.Snapshot, found.Trim, found.Last, life)
        : new JournalReply.Loaded(stream, null, 0, 0, life);

    /// <summary>The same streams in another life; neither changes with the other.</summary>
    internal MemoryStreams Copy(string newLife)
    {
        var copy = new MemoryStreams(newLife);
        foreach (var (name, stream) in _streams)
            copy._streams.Add(name, stream.Copy());

        return copy;
    }
}
