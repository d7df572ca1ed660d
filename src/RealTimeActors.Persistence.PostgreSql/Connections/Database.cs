using System.Data.Common;
using Npgsql;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.PostgreSql.Connections;

/// <summary>Opens connections to the one database: with the store's schema, time-outs and checks, and each of them for as long as it works.</summary>
internal sealed class Database : IAsyncDisposable
{
    private readonly PostgreSqlOptions _options;
    private readonly NpgsqlDataSource _source;

    /// <exception cref="PostgreSqlStoreException">The connection string cannot be read.</exception>
    internal Database(PostgreSqlOptions options)
    {
        _options = options;
        var parsed = Parse(options);
        Name = NameOf(parsed, options.Schema);
        var builder = new NpgsqlDataSourceBuilder(parsed.ConnectionString);
        _source = parsed.Host!.Contains(',', StringComparison.Ordinal)
            ? builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary)
            : builder.Build();
    }

    /// <summary>For messages: where it is, without a secret.</summary>
    internal string Name { get; }

    /// <summary>A new connection that may be used for everything. The caller disposes it.</summary>
    /// <exception cref="NpgsqlException">It cannot be made.</exception>
    /// <exception cref="PostgreSqlStoreException">It can, but nothing could be called persisted on it.</exception>
    internal Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellation) => ConnectAsync(writes: true, cancellation);

    /// <summary>A new connection that nothing is written on: what it is connected to need not promise to keep anything. The caller disposes it.</summary>
    /// <exception cref="NpgsqlException">It cannot be made.</exception>
    internal Task<NpgsqlConnection> ConnectToReadAsync(CancellationToken cancellation) => ConnectAsync(writes: false, cancellation);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<NpgsqlConnection> ConnectAsync(bool writes, CancellationToken cancellation)
    {
        var connection = _source.CreateConnection();
        try
        {
            using var within = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            within.CancelAfter(_options.ConnectWithin);
            try
            {
                await connection.OpenAsync(within.Token);
                await PrepareAsync(connection, within.Token);
                if (writes)
                    await DurabilityGate.CheckAsync(connection, Name, within.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new TimeoutException();
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // Settings of the session, not of its start: a pooler between us and the server would refuse those.
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT set_config('search_path', quote_ident(@schema), false), set_config('statement_timeout', @statement, false), set_config('lock_timeout', @lock, false),
                set_config('idle_in_transaction_session_timeout', @statement, false), set_config('default_transaction_isolation', 'read committed', false), set_config('jit', 'off', false),
                set_config('tcp_user_timeout', @statement, false), set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '2', false), set_config('tcp_keepalives_count', '3', false),
                CASE WHEN current_setting('server_version_num')::int >= 140000 THEN set_config('client_connection_check_interval', '1000', false) END
            """;
        command.Parameters.AddWithValue("schema", _options.Schema);
        command.Parameters.AddWithValue("statement", $"{(long)_options.StatementWithin.TotalMilliseconds}");
        command.Parameters.AddWithValue("lock", $"{(long)Math.Max(1, _options.StatementWithin.TotalMilliseconds / 2)}");
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlConnectionStringBuilder Parse(PostgreSqlOptions options)
    {
        NpgsqlConnectionStringBuilder parsed;
        try
        {
            parsed = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            // What is wrong with it may be a piece of the password: it is not repeated.
            throw new PostgreSqlStoreException(
                JournalFault.Unavailable,
                "The connection string of PostgreSQL cannot be read: 'Host=…;Port=…;Database=…;Username=…;Password=…' is expected, with values that hold a ; in quotes.");
        }

        if (string.IsNullOrEmpty(parsed.Host))
            throw new PostgreSqlStoreException(JournalFault.Unavailable, "The connection string of PostgreSQL names no Host.");

        if (!SaysHowToEncrypt(options.ConnectionString) && !IsThisMachine(parsed.Host))
            parsed.SslMode = SslMode.VerifyFull;

        parsed.ApplicationName ??= $"realtime {options.Node}";
        parsed.Timeout = Math.Max(1, (int)Math.Ceiling(options.ConnectWithin.TotalSeconds));

        // Each connection is somebody's own for as long as it works. A statement is given up by the server alone: a request to cancel could hit a commit.
        parsed.Pooling = false;
        parsed.Multiplexing = false;
        parsed.Enlist = false;
        parsed.CommandTimeout = 0;
        if (!parsed.Host.Split(',').Any(IsSocketFile))
        {
            parsed.TcpKeepAlive = true;
            parsed.TcpKeepAliveTime = 5_000;
            parsed.TcpKeepAliveInterval = 2_000;
        }

        parsed.PersistSecurityInfo = false;
        parsed.IncludeErrorDetail = false;
        parsed.LogParameters = false;
        return parsed;
    }

    /// <summary>Npgsql's own builder says of every key that it knows that it is there.</summary>
    private static bool SaysHowToEncrypt(string connectionString) =>
        new DbConnectionStringBuilder { ConnectionString = connectionString }.Keys.Cast<string>()
            .Any(key => key.Replace(" ", "", StringComparison.Ordinal).Equals("sslmode", StringComparison.OrdinalIgnoreCase));

    private static bool IsThisMachine(string hosts) =>
        hosts.Split(',').All(host => IsSocketFile(host) || host.Split(':')[0] is "localhost" or "127.0.0.1" || host is "::1" or "[::1]");

    private static bool IsSocketFile(string host) => host is ['/', ..] or ['@', ..];

    private static string NameOf(NpgsqlConnectionStringBuilder parsed, string schema) =>
        $"PostgreSQL at {parsed.Host}:{parsed.Port} (database {parsed.Database ?? parsed.Username ?? "of the role's name"}, schema {schema})";
}
