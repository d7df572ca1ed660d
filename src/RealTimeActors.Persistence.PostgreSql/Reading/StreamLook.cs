using Npgsql;
using NpgsqlTypes;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.PostgreSql.Connections;

namespace RealTimeActors.Persistence.PostgreSql.Reading;

/// <summary>Looks things up on a connection of its own: it sees what is committed, and no commit waits for it. What one statement shows is of one moment.</summary>
internal sealed class StreamLook : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly int _pageRows;
    private readonly NpgsqlCommand _page;
    private readonly NpgsqlCommand _load;
    private readonly NpgsqlCommand _list;

    private StreamLook(NpgsqlConnection connection, int pageRows)
    {
        _connection = connection;
        _pageRows = pageRows;

        // The innermost limit comes first: only so many rows are looked at, and payloads only of those that are answered.
        _page = Command(
            """
            SELECT s.trim, s.last, r.last, r.count, r.checksum, r.payload FROM streams s LEFT JOIN LATERAL (
                SELECT * FROM (
                    SELECT w.*, sum(w.count) OVER upto - w.count AS entries_before, sum(octet_length(w.payload)) OVER upto - octet_length(w.payload) AS bytes_before
                    FROM (SELECT last, count, checksum, payload FROM rows WHERE stream = s.id AND last >= greatest($2, s.trim + 1) ORDER BY last LIMIT $3) w
                    WINDOW upto AS (ORDER BY w.last ROWS UNBOUNDED PRECEDING)) p
                WHERE p.entries_before < $4 AND p.bytes_before < $5) r ON true
            WHERE s.name = $1 ORDER BY r.last
            """,
            NpgsqlDbType.Text,
            NpgsqlDbType.Bigint,
            NpgsqlDbType.Integer,
            NpgsqlDbType.Bigint,
            NpgsqlDbType.Bigint);
        _load = Command(
            """
            SELECT m.value, s.trim, s.last, o.sequence, o.checksum, o.payload FROM meta m LEFT JOIN streams s ON s.name = $1 LEFT JOIN snapshots o ON o.stream = s.id WHERE m.name = 'life'
            """,
            NpgsqlDbType.Text);
        _list = Command(
            "SELECT name, trim, last, last_write_ms FROM streams WHERE name > $1 AND name >= $2 AND name < $2 || chr(1114111) AND starts_with(name, $2) ORDER BY name LIMIT $3",
            NpgsqlDbType.Text,
            NpgsqlDbType.Text,
            NpgsqlDbType.Integer);
    }

    internal static async Task<StreamLook> OpenAsync(Database database, PostgreSqlOptions options)
    {
        var connection = await database.ConnectAsync(CancellationToken.None);
        try
        {
            var look = new StreamLook(connection, options.PageRows);
            await look._page.PrepareAsync();
            await look._load.PrepareAsync();
            await look._list.PrepareAsync();
            return look;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    internal async Task<JournalReply> ReadAsync(StreamId stream, long from, int entriesMax, int bytesMax, object? tag)
    {
        var rows = new List<JournalRow>();
        long entries = 0, bytes = 0, next = Math.Max(1, from);
        long? trim = null, last = null;
        while (rows.Count == 0 || (entries < entriesMax && bytes < bytesMax))
        {
            Set(_page, stream.Value, next, _pageRows, Math.Max(1, entriesMax - entries), Math.Max(1, bytesMax - bytes));
            await using var page = await _page.ExecuteReaderAsync();
            var seen = 0;
            while (await page.ReadAsync())
            {
                // Later pages are of later moments. What was appended since is left out; where a trim came in between, what was read until then is answered.
                trim ??= page.GetInt64(0);
                last ??= page.GetInt64(1);
                if (page.IsDBNull(2))
                    continue;

                var row = Row(page);
                var expected = rows.Count > 0 ? next : Math.Max(next, trim.Value + 1);
                if (row.Last > last || (rows.Count > 0 && row.First != expected && page.GetInt64(0) != trim))
                    return new JournalReply.RowsRead(stream, rows, trim.Value, last.Value, tag);

                if (rows.Count > 0 ? row.First != expected : row.First > expected)
                    return Damaged(stream, $"after sequence {expected - 1} comes {row.First}", tag);

                if (page.GetInt32(4) != Checksum.Of(stream.Value, row.Last, row.Count, row.Payload.Span))
                    return Damaged(stream, $"the row that ends at sequence {row.Last} does not match its checksum", tag);

                seen++;
                rows.Add(row);
                next = row.Last + 1;
                entries += row.Count;
                bytes += row.Payload.Length;
            }

            if (seen < _pageRows)
                break;
        }

        return new JournalReply.RowsRead(stream, rows, trim ?? 0, last ?? 0, tag);
    }

    internal async Task<JournalReply> LoadAsync(StreamId stream)
    {
        Set(_load, stream.Value);
        await using var found = await _load.ExecuteReaderAsync();
        if (!await found.ReadAsync())
            return new JournalReply.ReadFailed(stream, JournalFault.Damaged, "The database has lost its life (table meta). Restore the newest backup.", null);

        var life = found.GetString(0);
        if (found.IsDBNull(1))
            return new JournalReply.Loaded(stream, null, 0, 0, life);

        Snapshot? snapshot = null;
        if (!found.IsDBNull(3))
        {
            snapshot = new Snapshot(found.GetInt64(3), found.GetFieldValue<byte[]>(5));
            if (found.GetInt32(4) != Checksum.Of(stream.Value, snapshot.Sequence, 0, snapshot.Payload.Span))
                return Damaged(stream, $"the snapshot of sequence {snapshot.Sequence} does not match its checksum", null);
        }

        return new JournalReply.Loaded(stream, snapshot, found.GetInt64(1), found.GetInt64(2), life);
    }

    internal async Task<JournalReply> ListAsync(string prefix, string after, int limit)
    {
        Set(_list, after, prefix, limit);
        await using var found = await _list.ExecuteReaderAsync();
        var streams = new List<StreamInfo>();
        while (await found.ReadAsync())
            streams.Add(new StreamInfo(new StreamId(found.GetString(0)), found.GetInt64(1), found.GetInt64(2), found.GetInt64(3)));

        return new JournalReply.Listed(prefix, streams);
    }

    public async ValueTask DisposeAsync()
    {
        await _page.DisposeAsync();
        await _load.DisposeAsync();
        await _list.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private static JournalRow Row(NpgsqlDataReader page)
    {
        var (last, count) = (page.GetInt64(2), page.GetInt32(3));
        return new JournalRow(last - count + 1, count, page.GetFieldValue<byte[]>(5));
    }

    private static JournalReply.ReadFailed Damaged(StreamId stream, string what, object? tag) => new(
        stream, JournalFault.Damaged, $"The database is damaged: in stream '{stream}' {what}. Stop the server, keep a copy of the database, and restore the newest backup.", tag);

    private NpgsqlCommand Command(string text, params ReadOnlySpan<NpgsqlDbType> types)
    {
        var command = _connection.CreateCommand();
        command.CommandText = text;
        foreach (var type in types)
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type });

        return command;
    }

    private static void Set(NpgsqlCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
    }
}
