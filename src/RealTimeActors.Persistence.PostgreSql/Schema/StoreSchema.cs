using System.Reflection;
using Npgsql;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.PostgreSql.Connections;

namespace RealTimeActors.Persistence.PostgreSql.Schema;

/// <summary>The tables of the store, and how a database of an older version becomes one of this version. Forward only; a newer one is refused untouched.</summary>
internal static class StoreSchema
{
    /// <summary>Any number will do: it keeps two programs from migrating at once.</summary>
    private const long MigrationLock = 0x5254_414A_5047;

    private static readonly IReadOnlyList<string> _migrations = [.. Migrations()];

    /// <summary>The version that this program works with.</summary>
    internal static int Version => _migrations.Count;

    /// <summary>Sees that the tables are there and of this version.</summary>
    /// <param name="database">The database.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="migrates">Whether they may be made or changed.</param>
    /// <param name="runs">Whether a server is to run on them with this role.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The version that was found, 0 for none.</returns>
    /// <exception cref="PostgreSqlStoreException">They are newer, or older and may not be changed, or the role lacks a right to them.</exception>
    internal static async Task<int> EnsureAsync(Database database, string schema, bool migrates, bool runs, CancellationToken cancellation)
    {
        await using var connection = await database.ConnectAsync(cancellation);
        var found = await EnsureAsync(connection, database, schema, migrates, cancellation);
        if (runs)
            await CheckRightsAsync(connection, database, schema, cancellation);

        return found;
    }

    private static async Task<int> EnsureAsync(NpgsqlConnection connection, Database database, string schema, bool migrates, CancellationToken cancellation)
    {
        var found = await VersionOfAsync(connection, schema, cancellation);
        if (found > Version)
            throw Newer(database, found);

        if (found == Version)
            return found;

        if (!migrates)
            throw Older(database, found);

        try
        {
            return await MigrateAsync(connection, database, schema, cancellation);
        }
        catch (PostgresException refused) when (refused.SqlState == "42501")
        {
            throw new PostgreSqlStoreException(
                JournalFault.Unavailable,
                $"{database.Name} has a store of version {found} (0: none), this program works with version {Version}, and the role may not change it: {refused.MessageText}. Run 'realtime migrate' with a role that may create tables.",
                refused);
        }
    }

    /// <summary>Sees on a connection that only reads that the tables are there and of this version.</summary>
    /// <exception cref="PostgreSqlStoreException">They are not.</exception>
    internal static async Task CheckAsync(NpgsqlConnection connection, Database database, string schema, CancellationToken cancellation)
    {
        var found = await VersionOfAsync(connection, schema, cancellation);
        if (found != Version)
            throw found > Version ? Newer(database, found) : Older(database, found);
    }

    private static async Task<int> MigrateAsync(NpgsqlConnection connection, Database database, string schema, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);

        // Whoever came first may take a while with a large store: this waits for him and not against him.
        await ExecuteAsync(connection, $"SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock({MigrationLock})", cancellation);
        var found = await VersionOfAsync(connection, schema, cancellation);
        if (found > Version)
            throw Newer(database, found);

        if (found == 0)
        {
            await ExecuteAsync(
                connection,
                $"CREATE SCHEMA IF NOT EXISTS {Quoted(schema)}; CREATE TABLE schema_version (version integer PRIMARY KEY, applied timestamptz NOT NULL DEFAULT clock_timestamp())",
                cancellation);
        }

        for (var version = found + 1; version <= Version; version++)
        {
            await ExecuteAsync(connection, _migrations[version - 1], cancellation);
            await ExecuteAsync(connection, $"INSERT INTO schema_version (version) VALUES ({version})", cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return found;
    }

    /// <summary>A right that is missing would show with the first statement that needs it, which may be days later: a trim, a snapshot.</summary>
    private static async Task CheckRightsAsync(NpgsqlConnection connection, Database database, string schema, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT string_agg(lacking.rights || ' on ' || lacking.name, '; ' ORDER BY lacking.name) FROM (
                SELECT c.relname AS name, string_agg(r.name, ', ' ORDER BY r.place) AS rights
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                CROSS JOIN LATERAL unnest(CASE WHEN c.relkind = 'S' THEN ARRAY['USAGE'] WHEN c.relname = 'schema_version' THEN ARRAY['SELECT'] ELSE ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'] END)
                    WITH ORDINALITY AS r (name, place)
                WHERE n.nspname = @schema AND c.relkind IN ('r', 'S')
                    AND NOT CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(c.oid, r.name) ELSE has_table_privilege(c.oid, r.name) END
                GROUP BY c.relname) AS lacking
            """;
        command.Parameters.AddWithValue("schema", schema);
        if (await command.ExecuteScalarAsync(cancellation) is string lacking)
        {
            throw new PostgreSqlStoreException(
                JournalFault.Unavailable, $"{database.Name} does not let the role do what it has to; it lacks {lacking}. Grant what the README of RealTimeActors.Persistence.PostgreSql lists.");
        }
    }

    private static async Task<int> VersionOfAsync(NpgsqlConnection connection, string schema, CancellationToken cancellation)
    {
        await using var table = connection.CreateCommand();
        table.CommandText = "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = @schema AND c.relname = 'schema_version')";
        table.Parameters.AddWithValue("schema", schema);
        if (await table.ExecuteScalarAsync(cancellation) is not true)
            return 0;

        await using var newest = connection.CreateCommand();
        newest.CommandText = "SELECT coalesce(max(version), 0) FROM schema_version";
        return (int)(await newest.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static PostgreSqlStoreException Older(Database database, int found) => new(
        JournalFault.Unavailable,
        $"{database.Name} has a store of version {found} (0: none); this program works with version {Version}. Run 'realtime migrate' with a role that may create tables, or set realtime.journal.postgresql.migrate = true.");

    private static PostgreSqlStoreException Newer(Database database, int found) => new(
        JournalFault.Damaged,
        $"{database.Name} has a store of version {found}, this program knows versions up to {Version}. Use the newer program that wrote it; nothing was changed.");

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static IEnumerable<string> Migrations()
    {
        for (var version = 1; Assembly.GetExecutingAssembly().GetManifestResourceStream($"{version}.sql") is { } stream; version++)
        {
            using var reader = new StreamReader(stream);
            yield return reader.ReadToEnd();
        }
    }
}
