using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Sqlite.Files;

namespace RealTimeActors.Persistence.Sqlite.Reading;

/// <summary>Looks at the journal of a data directory from outside, also while its server writes.</summary>
public sealed class SqliteJournalReader : IJournalReader
{
    private readonly Connection _connection;
    private readonly Statement _streams;
    private readonly Statement _number;
    private readonly Statement _rows;
    private readonly Statement _snapshot;

    private SqliteJournalReader(Connection connection)
    {
        _connection = connection;
        _streams = connection.Prepare("SELECT name, trim, last_write_ms, (SELECT max(last) FROM rows WHERE stream = streams.id) FROM streams WHERE name >= ?1 ORDER BY name");
        _number = connection.Prepare("SELECT id FROM streams WHERE name = ?1");
        _rows = connection.Prepare("SELECT last, count, checksum, payload, written_ms FROM rows WHERE stream = ?1 ORDER BY last");
        _snapshot = connection.Prepare("SELECT sequence, checksum, payload FROM snapshots WHERE stream = ?1");
    }

    /// <summary>Opens the journal for reading only.</summary>
    /// <exception cref="SqliteJournalException">There is none, or it cannot be read.</exception>
    public static SqliteJournalReader Open(string dataDirectory)
    {
        var file = Path.Combine(Path.GetFullPath(dataDirectory), "journal.db");
        if (!File.Exists(file))
            throw new SqliteJournalException(JournalFault.Unavailable, file, $"There is no journal {file}. Say with realtime.data-directory where the server keeps it.");

        return Try(file, () =>
        {
            var connection = Connection.Open(file, ConnectionKind.ReadOnly);
            try
            {
                Schema.Check(connection);
                connection.Execute("BEGIN; SELECT count(*) FROM sqlite_master");
                return new SqliteJournalReader(connection);
            }
            catch (Exception)
            {
                connection.Dispose();
                throw;
            }
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<StreamInfo> Streams(string prefix) => Try(_connection.File, () =>
    {
        var streams = new List<StreamInfo>();
        _streams.Bind(1, prefix);
        try
        {
            while (_streams.Step())
            {
                var name = _streams.Text(0);
                if (!name.StartsWith(prefix, StringComparison.Ordinal))
                    break;

                streams.Add(new StreamInfo(new StreamId(name), _streams.Int64(1), Math.Max(_streams.Int64(1), _streams.Int64(3)), _streams.Int64(2)));
            }

            return streams;
        }
        finally
        {
            _streams.Reset();
        }
    });

    /// <inheritdoc/>
    public IEnumerable<(JournalRow Row, bool IsIntact)> Rows(StreamId stream)
    {
        if (Try(_connection.File, () => NumberOf(stream)) is not { } number)
            yield break;

        _rows.Bind(1, number);
        try
        {
            while (Try(_connection.File, _rows.Step))
            {
                var (last, count, checksum) = (_rows.Int64(0), _rows.Int64(1), _rows.Int64(2));
                var payload = _rows.Blob(3).ToArray();
                var isIntact = Checksum.IsOfRow(checksum, number, last, count, _rows.Int64(4), payload);
                yield return (new JournalRow(last - count + 1, (int)Math.Clamp(count, 0, int.MaxValue), payload), isIntact);
            }
        }
        finally
        {
            _rows.Reset();
        }
    }

    /// <inheritdoc/>
    public long CountStrays() => Try(_connection.File, () =>
        _connection.Scalar(
            """
            WITH RECURSIVE found(stream) AS (SELECT min(stream) FROM rows UNION ALL SELECT (SELECT min(stream) FROM rows WHERE stream > found.stream) FROM found WHERE found.stream IS NOT NULL)
            SELECT count(*) FROM found WHERE stream IS NOT NULL AND stream NOT IN (SELECT id FROM streams) AND stream NOT IN (SELECT stream FROM graves)
            """));

    /// <inheritdoc/>
    public (Snapshot Snapshot, bool IsIntact)? SnapshotOf(StreamId stream) => Try<(Snapshot, bool)?>(_connection.File, () =>
    {
        if (NumberOf(stream) is not { } number)
            return null;

        _snapshot.Bind(1, number);
        try
        {
            if (!_snapshot.Step())
                return null;

            var (sequence, checksum) = (_snapshot.Int64(0), _snapshot.Int64(1));
            var payload = _snapshot.Blob(2).ToArray();
            return (new Snapshot(sequence, payload), Checksum.Of(number, sequence, 0, payload) == checksum);
        }
        finally
        {
            _snapshot.Reset();
        }
    });

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private long? NumberOf(StreamId stream)
    {
        _number.Bind(1, stream.Value);
        try
        {
            return _number.Step() ? _number.Int64(0) : null;
        }
        finally
        {
            _number.Reset();
        }
    }

    private static T Try<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqliteFailure failure)
        {
            throw new SqliteJournalException(failure.Fault, file, failure.Explanation, failure);
        }
    }
}
