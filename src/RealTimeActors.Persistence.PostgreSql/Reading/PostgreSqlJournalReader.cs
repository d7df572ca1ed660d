using System.Text;
using Npgsql;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.PostgreSql.Connections;
using RealTimeActors.Persistence.PostgreSql.Schema;

namespace RealTimeActors.Persistence.PostgreSql.Reading;

/// <summary>
/// Looks at a store in PostgreSQL from outside: on one connection, in one transaction that only reads and sees one moment. A role that may read the tables suffices, and a standby will do.
/// </summary>
/// <remarks>No server waits for it; while it lasts the database keeps what was deleted since.</remarks>
public sealed class PostgreSqlJournalReader : IJournalReader
{
    private const int NameBytesMax = 512;
    private readonly Database _database;
    private readonly NpgsqlConnection _connection;

    private PostgreSqlJournalReader(Database database, NpgsqlConnection connection) => (_database, _connection) = (database, connection);

    /// <summary>Opens the store for reading only; its tables are taken as they are.</summary>
    /// <exception cref="PostgreSqlStoreException">It cannot be reached, or its tables are missing or of another version.</exception>
    public static async Task<PostgreSqlJournalReader> OpenAsync(PostgreSqlOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var database = new Database(options);
        NpgsqlConnection? connection = null;
        try
        {
            connection = await database.ConnectToReadAsync(cancellation);
            await StoreSchema.CheckAsync(connection, database, options.Schema, cancellation);
            await BeginAsync(connection, cancellation);
            return new PostgreSqlJournalReader(database, connection);
        }
        catch (Exception failed)
        {
            if (connection is not null)
                await connection.DisposeAsync();

            await database.DisposeAsync();
            if (failed is not PostgreSqlStoreException && DatabaseFailure.Is(failed))
                throw Failed(failed, database);

            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<StreamInfo> Streams(string prefix) => Try(() =>
    {
        using var command = _connection.Command(
            "SELECT name, trim, last, last_write_ms FROM streams WHERE name >= $1 AND name < $1 || chr(1114111) AND starts_with(name, $1) ORDER BY name", prefix);
        using var found = command.ExecuteReader();
        var streams = new List<StreamInfo>();
        while (found.Read())
            streams.Add(new StreamInfo(new StreamId(found.GetString(0)), found.GetInt64(1), found.GetInt64(2), found.GetInt64(3)));

        return streams;
    });

    /// <inheritdoc/>
    public IEnumerable<(JournalRow Row, bool IsIntact)> Rows(StreamId stream)
    {
        // The database sends as it reads; what was sent and not asked for yet waits in the buffers of the connection.
        using var command = _connection.Command("SELECT r.last, r.count, r.checksum, r.payload FROM rows r WHERE r.stream = (SELECT s.id FROM streams s WHERE s.name = $1) ORDER BY r.last", stream.Value);
        using var rows = Try(() => command.ExecuteReader());
        while (Try(rows.Read))
            yield return Try(() => RowOf(stream, rows));
    }

    /// <inheritdoc/>
    public (Snapshot Snapshot, bool IsIntact)? SnapshotOf(StreamId stream) => Try<(Snapshot, bool)?>(() =>
    {
        using var command = _connection.Command("SELECT o.sequence, o.checksum, o.payload FROM snapshots o JOIN streams s ON s.id = o.stream WHERE s.name = $1", stream.Value);
        using var found = command.ExecuteReader();
        if (!found.Read())
            return null;

        var snapshot = new Snapshot(found.GetInt64(0), found.GetFieldValue<byte[]>(2));
        return (snapshot, IsOf(found.GetInt32(1), stream, snapshot.Sequence, 0, snapshot.Payload.Span));
    });

    /// <inheritdoc/>
    public long CountStrays() => Try(() =>
    {
        // From one stream's rows to the next one's: each is one look into the index.
        using var command = _connection.Command(
            """
            WITH RECURSIVE found (stream) AS (
                SELECT min(stream) FROM rows UNION ALL SELECT (SELECT min(r.stream) FROM rows r WHERE r.stream > found.stream) FROM found WHERE found.stream IS NOT NULL)
            SELECT count(*) FROM found f
            WHERE f.stream IS NOT NULL AND NOT EXISTS (SELECT FROM streams s WHERE s.id = f.stream) AND NOT EXISTS (SELECT FROM graves g WHERE g.stream = f.stream)
            """);
        return (long)command.ExecuteScalar()!;
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        // A stream that was not read to its end, or a connection that is gone: neither keeps it from being closed.
        _connection.Dispose();
        _database.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private static async Task BeginAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // A long log takes longer than any statement of a server may, and whoever looks at it may stop to think. The first look fixes the moment.
        await using var begin = connection.Command(
            """
            BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
            SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL tcp_user_timeout = 0;
            SELECT FROM streams LIMIT 1
            """);
        await begin.ExecuteNonQueryAsync(cancellation);
    }

    private static (JournalRow Row, bool IsIntact) RowOf(StreamId stream, NpgsqlDataReader rows)
    {
        var (last, count, payload) = (rows.GetInt64(0), rows.GetInt32(1), rows.GetFieldValue<byte[]>(3));
        return (new JournalRow(last - count + 1, Math.Max(0, count), payload), IsOf(rows.GetInt32(2), stream, last, count, payload));
    }

    private static bool IsOf(int checksum, StreamId stream, long last, int count, ReadOnlySpan<byte> payload) =>
        Encoding.UTF8.GetByteCount(stream.Value) <= NameBytesMax && Checksum.Of(stream.Value, last, count, payload) == checksum;

    private static PostgreSqlStoreException Failed(Exception error, Database database)
    {
        var failure = DatabaseFailure.Of(error, database.Name);
        return new PostgreSqlStoreException(failure.Fault, failure.Message, error);
    }

    private T Try<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception failed) when (failed is not PostgreSqlStoreException && DatabaseFailure.Is(failed))
        {
            throw Failed(failed, _database);
        }
    }
}
