using SQLitePCL;

namespace RealTimeActors.Persistence.Sqlite.Files;

/// <summary>A prepared statement, used again and again on its connection's thread.</summary>
internal sealed class Statement(Connection connection, sqlite3_stmt handle, string sql) : IDisposable
{
    internal Statement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(handle, index, value));
        return this;
    }

    internal Statement Bind(int index, string value)
    {
        Check(raw.sqlite3_bind_text(handle, index, value));
        return this;
    }

    internal Statement Bind(int index, ReadOnlySpan<byte> value)
    {
        // An empty span would be bound as NULL.
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, index, 0) : raw.sqlite3_bind_blob(handle, index, value));
        return this;
    }

    /// <summary>Goes to the next row; false at the end, where the statement is ready to be used again.</summary>
    internal bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
            return true;

        if (code == raw.SQLITE_DONE)
        {
            _ = raw.sqlite3_reset(handle);
            return false;
        }

        var failure = connection.Failure(sql);
        _ = raw.sqlite3_reset(handle);
        throw failure;
    }

    /// <summary>Runs a statement whose rows, if any, do not matter.</summary>
    internal void Run()
    {
        while (Step())
        {
        }
    }

    /// <summary>The first column of the first row, or the given value when there is no row.</summary>
    internal long Scalar(long otherwise)
    {
        if (!Step())
            return otherwise;

        var value = Int64(0);
        Reset();
        return value;
    }

    internal long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    internal string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string() ?? "";

    /// <summary>The bytes of a column: valid until the next step.</summary>
    internal ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    /// <summary>Lets go of the rows that were not read.</summary>
    internal void Reset() => _ = raw.sqlite3_reset(handle);

    public void Dispose() => handle.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw connection.Failure(sql);
    }
}
