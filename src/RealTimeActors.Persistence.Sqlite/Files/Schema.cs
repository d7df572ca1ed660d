using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.Sqlite.Files;

/// <summary>The tables of <c>journal.db</c>, and how a file of an older version becomes one of this version.</summary>
internal static class Schema
{
    /// <summary>"RTAJ": marks the file as ours.</summary>
    internal const int ApplicationId = 0x5254_414A;

    /// <summary>The version this program writes.</summary>
    internal static int Version => _migrations.Length;

    /// <summary>Entry n brings a file of version n to n + 1. What was once released is never changed.</summary>
    private static readonly string[] _migrations =
    [
        """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
        -- reclaimed <= trim: rows up to it are deleted. last_write_ms counts only where the stream has no rows left; otherwise its last row says it.
        CREATE TABLE streams (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, trim INTEGER NOT NULL DEFAULT 0,
            reclaimed INTEGER NOT NULL DEFAULT 0, last_write_ms INTEGER NOT NULL DEFAULT 0);
        CREATE INDEX streams_to_reclaim ON streams (id) WHERE reclaimed < trim;
        -- One row holds the sequences last - count + 1 … last. The end of a stream is its last row, or trim when it has none: an append touches this table only.
        CREATE TABLE rows (stream INTEGER NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL, written_ms INTEGER NOT NULL, checksum INTEGER NOT NULL,
            payload BLOB NOT NULL, PRIMARY KEY (stream, last)) WITHOUT ROWID;
        CREATE TABLE snapshots (stream INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, checksum INTEGER NOT NULL, payload BLOB NOT NULL);
        -- Deleted streams whose rows are not deleted yet.
        CREATE TABLE graves (stream INTEGER PRIMARY KEY);
        """,
        """
        -- No table has changed: from here on the checksum of a new row covers written_ms as well, which older programs would take for damage.
        """,
    ];

    /// <summary>Makes the file if it is not there, checks that it is ours, and brings it up to this version.</summary>
    /// <exception cref="SqliteJournalException">It is not ours, of a newer version, damaged, or cannot be used.</exception>
    internal static void OpenOrCreate(string file, Func<string> newLife, long nowMs)
    {
        try
        {
            // The log and the shared memory beside it take their permissions from this file.
            if (!File.Exists(file))
                PrivateFile.Open(file, FileMode.CreateNew, FileShare.ReadWrite).Dispose();

            using var connection = Connection.Open(file, ConnectionKind.Writer);
            if (IsEmpty(connection))
                connection.Execute($"PRAGMA application_id = {ApplicationId};");

            Check(connection);
            connection.Execute("PRAGMA journal_mode = WAL;");
            Migrate(connection, newLife, nowMs);
        }
        catch (SqliteFailure failure)
        {
            throw new SqliteJournalException(failure.Fault, file, failure.Explanation, failure);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SqliteJournalException(JournalFault.Unavailable, file, $"{file} cannot be made or opened: {error.Message}", error);
        }
    }

    /// <summary>Refuses a file that is not a journal of this version or an older one.</summary>
    internal static void Check(Connection connection)
    {
        var id = connection.Scalar("PRAGMA application_id");
        if (id != ApplicationId)
        {
            throw new SqliteJournalException(
                JournalFault.Damaged,
                connection.File,
                $"{connection.File} is not a journal of RealTimeActors: its application id is {id:X8}, {ApplicationId:X8} was expected. Point the data directory elsewhere; the file was not touched.");
        }

        var version = connection.Scalar("PRAGMA user_version");
        if (version > Version)
        {
            throw new SqliteJournalException(
                JournalFault.Damaged,
                connection.File,
                $"{connection.File} is of version {version}, this program knows versions up to {Version}. Use the newer program that wrote it; the file was not touched.");
        }
    }

    private static bool IsEmpty(Connection connection) =>
        connection.Scalar("SELECT count(*) FROM sqlite_master") == 0 && connection.Scalar("PRAGMA application_id") == 0;

    private static void Migrate(Connection connection, Func<string> newLife, long nowMs)
    {
        connection.Execute("BEGIN IMMEDIATE");
        for (var version = (int)connection.Scalar("PRAGMA user_version"); version < Version; version++)
        {
            connection.Execute(_migrations[version]);
            if (version == 0)
            {
                using var insert = connection.Prepare("INSERT INTO meta (name, value) VALUES ('life', ?1), ('created_ms', ?2)");
                insert.Bind(1, newLife()).Bind(2, nowMs).Run();
            }

            connection.Execute($"PRAGMA user_version = {version + 1}");
        }

        connection.Execute("COMMIT");
    }
}
