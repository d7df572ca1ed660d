using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Sqlite.Files;

namespace RealTimeActors.Persistence.Sqlite.Reading;

/// <summary>Looks things up on a connection of its own: it sees what is committed, and no commit waits for it.</summary>
internal sealed class StreamReader : IDisposable
{
    private readonly Connection _connection;
    private readonly Statement _begin;
    private readonly Statement _end;
    private readonly Statement _findStream;
    private readonly Statement _findLast;
    private readonly Statement _rows;
    private readonly Statement _snapshot;
    private readonly Statement _list;
    private readonly Statement _life;

    internal StreamReader(string file)
    {
        _connection = Connection.Open(file, ConnectionKind.ReadOnly);
        _begin = _connection.Prepare("BEGIN");
        _end = _connection.Prepare("COMMIT");
        _findStream = _connection.Prepare("SELECT id, trim FROM streams WHERE name = ?1");
        _findLast = _connection.Prepare("SELECT last, written_ms FROM rows WHERE stream = ?1 ORDER BY last DESC LIMIT 1");
        _rows = _connection.Prepare("SELECT last, count, checksum, payload, written_ms FROM rows WHERE stream = ?1 AND last >= ?2 ORDER BY last");
        _snapshot = _connection.Prepare("SELECT sequence, checksum, payload FROM snapshots WHERE stream = ?1");
        _list = _connection.Prepare("SELECT id, name, trim, last_write_ms FROM streams WHERE name > ?1 AND name >= ?2 ORDER BY name LIMIT ?3");
        _life = _connection.Prepare("SELECT value FROM meta WHERE name = 'life'");
    }

    internal JournalReply Read(StreamId stream, long from, int entriesMax, int bytesMax, object? tag) => Within(() =>
    {
        if (!Find(stream, out var id, out var trim, out var last))
            return new JournalReply.RowsRead(stream, [], 0, 0, tag);

        var rows = new List<JournalRow>();
        long entries = 0, bytes = 0, next = 0;
        _rows.Bind(1, id).Bind(2, Math.Max(from, trim + 1));
        while ((rows.Count == 0 || (entries < entriesMax && bytes < bytesMax)) && _rows.Step())
        {
            var (rowLast, count, checksum) = (_rows.Int64(0), _rows.Int64(1), _rows.Int64(2));
            var payload = _rows.Blob(3);
            if (!Checksum.IsOfRow(checksum, id, rowLast, count, _rows.Int64(4), payload))
                return Damaged(stream, $"the row that ends at sequence {rowLast} does not match its checksum", tag);

            var row = new JournalRow(rowLast - count + 1, (int)count, payload.ToArray());
            if (rows.Count > 0 ? row.First != next : row.First > Math.Max(from, trim + 1))
                return Damaged(stream, $"after sequence {(rows.Count > 0 ? next : Math.Max(from, trim + 1)) - 1} comes {row.First}", tag);

            rows.Add(row);
            next = rowLast + 1;
            entries += count;
            bytes += payload.Length;
        }

        return new JournalReply.RowsRead(stream, rows, trim, last, tag);
    });

    internal JournalReply Load(StreamId stream) => Within(() =>
    {
        _life.Step();
        var life = _life.Text(0);
        if (!Find(stream, out var id, out var trim, out var last))
            return new JournalReply.Loaded(stream, null, 0, 0, life);

        Snapshot? snapshot = null;
        if (_snapshot.Bind(1, id).Step())
        {
            var (sequence, checksum) = (_snapshot.Int64(0), _snapshot.Int64(1));
            var payload = _snapshot.Blob(2);
            if (Checksum.Of(id, sequence, 0, payload) != checksum)
                return Damaged(stream, $"the snapshot of sequence {sequence} does not match its checksum", null);

            snapshot = new Snapshot(sequence, payload.ToArray());
        }

        return new JournalReply.Loaded(stream, snapshot, trim, last, life);
    });

    internal JournalReply List(string prefix, string after, int limit) => Within(() =>
    {
        var streams = new List<StreamInfo>();
        _list.Bind(1, after).Bind(2, prefix).Bind(3, limit);
        while (_list.Step())
        {
            var (id, name, trim, lastWriteMs) = (_list.Int64(0), _list.Text(1), _list.Int64(2), _list.Int64(3));
            if (!name.StartsWith(prefix, StringComparison.Ordinal))
                break;

            var last = End(id, trim, ref lastWriteMs);
            streams.Add(new StreamInfo(new StreamId(name), trim, last, lastWriteMs));
        }

        return new JournalReply.Listed(prefix, streams);
    });

    public void Dispose() => _connection.Dispose();

    /// <summary>Runs within one read transaction, so that everything seen is of one moment.</summary>
    private JournalReply Within(Func<JournalReply> look)
    {
        try
        {
            _begin.Run();
            return look();
        }
        finally
        {
            foreach (var statement in (ReadOnlySpan<Statement>)[_rows, _snapshot, _list, _life])
                statement.Reset();

            if (_connection.IsInTransaction)
                _end.Run();
        }
    }

    private bool Find(StreamId stream, out long id, out long trim, out long last)
    {
        id = trim = last = 0;
        if (!_findStream.Bind(1, stream.Value).Step())
            return false;

        (id, trim) = (_findStream.Int64(0), _findStream.Int64(1));
        _findStream.Reset();
        long lastWriteMs = 0;
        last = End(id, trim, ref lastWriteMs);
        return true;
    }

    private long End(long id, long trim, ref long lastWriteMs)
    {
        if (!_findLast.Bind(1, id).Step())
            return trim;

        var last = Math.Max(trim, _findLast.Int64(0));
        lastWriteMs = _findLast.Int64(1);
        _findLast.Reset();
        return last;
    }

    private static JournalReply.ReadFailed Damaged(StreamId stream, string what, object? tag) => new(
        stream,
        JournalFault.Damaged,
        $"The journal is damaged: in stream '{stream}' {what}. Stop the server, keep a copy of the file, and restore the newest backup.",
        tag);
}
