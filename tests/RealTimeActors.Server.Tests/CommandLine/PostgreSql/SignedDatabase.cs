using Npgsql;
using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.Server.Tests.CommandLine.PostgreSql;

/// <summary>A store in PostgreSQL that a real node has filled with a few logs and checkpoints, and what somebody may do to it behind everybody's back.</summary>
internal sealed class SignedDatabase : IAsyncDisposable
{
    private readonly PrivatePostgreSql _server;
    private readonly NpgsqlConnection _connection;

    private SignedDatabase(PrivatePostgreSql server, NpgsqlConnection connection)
    {
        (_server, _connection) = (server, connection);
        Store = new SignedStore(("realtime.journal.provider", "postgresql"), ("realtime.journal.postgresql.connection-string", server.ConnectionString));
    }

    /// <summary>Who fills and verifies it.</summary>
    internal SignedStore Store { get; }

    internal static async Task<SignedDatabase> StartAsync()
    {
        var server = await PrivatePostgreSql.StartNewAsync();
        var connection = new NpgsqlConnection($"{server.ConnectionString};Pooling=false;Search Path=realtime");
        await connection.OpenAsync();
        return new SignedDatabase(server, connection);
    }

    /// <summary>All rows of the logs and of the checkpoints.</summary>
    internal async Task<List<DatabaseRow>> RowsAsync()
    {
        await using var command = new NpgsqlCommand(
            "SELECT name, id, r.last, count, checksum, payload FROM rows r JOIN streams ON id = stream WHERE name LIKE 'channel/%' OR name = '$checkpoints' ORDER BY name, r.last", _connection);
        await using var found = await command.ExecuteReaderAsync();
        var rows = new List<DatabaseRow>();
        while (await found.ReadAsync())
            rows.Add(new DatabaseRow(found.GetString(0), found.GetInt64(1), found.GetInt64(2), found.GetInt32(3), found.GetInt32(4), found.GetFieldValue<byte[]>(5)));

        return rows;
    }

    /// <summary>Puts a row in the place of another. False: a third one is where it would come to lie.</summary>
    internal async Task<bool> PutAsync(DatabaseRow from, DatabaseRow to)
    {
        await using var command = new NpgsqlCommand("UPDATE rows SET stream = $3, last = $4, count = $5, checksum = $6, payload = $7 WHERE stream = $1 AND last = $2", _connection);
        foreach (var value in (object[])[from.Stream, from.Last, to.Stream, to.Last, to.Count, to.Checksum, to.Payload])
            command.Parameters.Add(new NpgsqlParameter { Value = value });

        try
        {
            return await command.ExecuteNonQueryAsync() == 1;
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }
    }

    internal async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The same store as another role of the database sees it.</summary>
    internal SignedStore As(string role) => new(
        ("realtime.journal.provider", "postgresql"),
        ("realtime.journal.postgresql.connection-string", $"{_server.ConnectionString};Username={role}"));

    public async ValueTask DisposeAsync()
    {
        Store.Dispose();
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
    }
}
