using SQLitePCL;

namespace RealTimeActors.Persistence.Sqlite.Files;

/// <summary>One connection to a file: used by one thread at a time, it has no lock of its own.</summary>
internal sealed class Connection : IDisposable
{
    internal static readonly TimeSpan DefaultBusyTimeout = TimeSpan.FromSeconds(5);
    private const int DbStatusCacheWrite = 9;
    private readonly sqlite3 _handle;
    private readonly List<Statement> _statements = [];

    static Connection() => Batteries_V2.Init();

    private Connection(string file, sqlite3 handle)
    {
        File = file;
        _handle = handle;
    }

    internal string File { get; }

    /// <summary>Whether a transaction is open.</summary>
    internal bool IsInTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    internal sqlite3 Handle => _handle;

    internal static Connection Open(string file, ConnectionKind kind)
    {
        var flags = raw.SQLITE_OPEN_NOMUTEX | (kind == ConnectionKind.ReadOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE);
        var code = raw.sqlite3_open_v2(file, out var handle, flags, null);
        if (code != raw.SQLITE_OK)
        {
            handle?.Dispose();
            throw new SqliteFailure(file, code, raw.sqlite3_errstr(code).utf8_to_string());
        }

        _ = raw.sqlite3_extended_result_codes(handle, 1);
        var connection = new Connection(file, handle);
        connection.BusyTimeout(DefaultBusyTimeout);
        try
        {
            connection.Execute("PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY;");
            if (kind == ConnectionKind.Writer)
            {
                // FULL: the log is flushed at every commit. NORMAL loses acknowledged rows when the power goes.
                connection.Execute("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -32768;");
            }
        }
        catch (SqliteFailure)
        {
            connection.Dispose();
            throw;
        }

        return connection;
    }

    internal Statement Prepare(string sql)
    {
        if (raw.sqlite3_prepare_v2(_handle, sql, out var statement) != raw.SQLITE_OK)
            throw Failure(sql);

        var prepared = new Statement(this, statement, sql);
        _statements.Add(prepared);
        return prepared;
    }

    /// <summary>Runs statements that are needed once.</summary>
    internal void Execute(string sql)
    {
        if (raw.sqlite3_exec(_handle, sql) != raw.SQLITE_OK)
            throw Failure(sql);
    }

    /// <summary>The first column of the first row as a number; 0 when there is none.</summary>
    internal long Scalar(string sql) => Once(sql, static statement => statement.Step() ? statement.Int64(0) : 0);

    /// <summary>The first column of the first row as text; empty when there is none.</summary>
    internal string Text(string sql) => Once(sql, static statement => statement.Step() ? statement.Text(0) : "");

    /// <summary>Undoes the open transaction, if there is one. SQLite has often done so itself.</summary>
    internal void Rollback()
    {
        if (IsInTransaction)
            _ = raw.sqlite3_exec(_handle, "ROLLBACK");
    }

    /// <summary>Copies the log into the database file.</summary>
    /// <returns>The result code, the pages in the log and how many of them are copied.</returns>
    internal (int Code, int Pages, int Copied) Checkpoint(int mode)
    {
        var code = raw.sqlite3_wal_checkpoint_v2(_handle, "main", mode, out var pages, out var copied);
        return (code, pages, copied);
    }

    /// <summary>Pages written to the log since this was last asked.</summary>
    internal int TakePagesWritten()
    {
        _ = raw.sqlite3_db_status(_handle, DbStatusCacheWrite, out var pages, out _, 1);
        return pages;
    }

    internal void BusyTimeout(TimeSpan timeout) => _ = raw.sqlite3_busy_timeout(_handle, (int)timeout.TotalMilliseconds);

    internal long LastInsertRowId() => raw.sqlite3_last_insert_rowid(_handle);

    internal SqliteFailure Failure(string sql) =>
        new(File, raw.sqlite3_extended_errcode(_handle), $"{raw.sqlite3_errmsg(_handle).utf8_to_string()} in: {sql}");

    public void Dispose()
    {
        foreach (var statement in _statements)
            statement.Dispose();

        _handle.Dispose();
    }

    private T Once<T>(string sql, Func<Statement, T> read)
    {
        if (raw.sqlite3_prepare_v2(_handle, sql, out var handle) != raw.SQLITE_OK)
            throw Failure(sql);

        using var statement = new Statement(this, handle, sql);
        return read(statement);
    }
}
