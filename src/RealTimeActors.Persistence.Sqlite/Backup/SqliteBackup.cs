using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Sqlite.Files;
using SQLitePCL;

namespace RealTimeActors.Persistence.Sqlite.Backup;

/// <summary>Copies of a journal, made while it runs and put back while it does not.</summary>
public static class SqliteBackup
{
    private const int StepPages = 1_024;

    /// <summary>
    /// Puts a backup where a server will look for its journal. The restored store has a new life, so that the logs in it get a new epoch and no client resumes
    /// on a position of the time that was lost. What was there before is kept beside it as <c>journal.db.replaced</c>, until the next restore.
    /// </summary>
    /// <param name="backupFile">What <see cref="SqliteJournal.BackupAsync"/> made. It is only read.</param>
    /// <param name="dataDirectory">The data directory of a server that does not run.</param>
    /// <param name="overwrite">Whether a journal that is there may be replaced.</param>
    /// <exception cref="SqliteJournalException">The backup is damaged or not ours, a server holds the directory, or it has a journal and <paramref name="overwrite"/> is false.</exception>
    public static void Restore(string backupFile, string dataDirectory, bool overwrite = false)
    {
        backupFile = Path.GetFullPath(backupFile);
        if (!File.Exists(backupFile))
            throw new SqliteJournalException(JournalFault.Unavailable, backupFile, $"There is no backup {backupFile}.");

        using var directory = DataDirectory.Hold(dataDirectory);
        var target = directory.JournalFile;
        if (File.Exists(target) && !overwrite)
            throw new SqliteJournalException(JournalFault.Conflict, target, $"{target} is there already. Move it away, or ask for it to be replaced; it would be kept as {target}.replaced.");

        var restoring = target + ".restoring";
        try
        {
            Copy(backupFile, restoring, CancellationToken.None);
            using (var connection = Connection.Open(restoring, ConnectionKind.Writer))
            {
                Schema.Check(connection);
                Verify(connection, backupFile);
                using var life = connection.Prepare("UPDATE meta SET value = ?1 WHERE name = 'life'");
                life.Bind(1, Life.New()).Run();
            }

            Flush(restoring);
            foreach (var suffix in (string[])["", "-wal", "-shm"])
                Replace(target + suffix, $"{target}.replaced{suffix}");

            File.Move(restoring, target);
            DirectoryEntry.Flush(directory.Path);
        }
        catch (SqliteFailure failure)
        {
            throw new SqliteJournalException(failure.Fault, backupFile, $"The backup {backupFile} cannot be restored: {failure.Explanation}", failure);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SqliteJournalException(JournalFault.Unavailable, target, $"{target} cannot be restored: {error.Message}", error);
        }
        finally
        {
            File.Delete(restoring);
        }
    }

    /// <summary>Copies the journal of a data directory, whose server may be running and writing: the copy is of one moment, and durable when this returns.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="backupFile">Where the copy goes; a file that is there is not touched.</param>
    /// <exception cref="SqliteJournalException">There is no journal, it cannot be read, or the copy cannot be written.</exception>
    public static void Make(string dataDirectory, string backupFile)
    {
        var journalFile = Path.Combine(Path.GetFullPath(dataDirectory), "journal.db");
        if (!File.Exists(journalFile))
            throw new SqliteJournalException(JournalFault.Unavailable, journalFile, $"There is no journal {journalFile}. Say with realtime.data-directory where the server keeps it.");

        Make(journalFile, backupFile, CancellationToken.None);
    }

    /// <summary>Copies a journal that may be written to meanwhile: the copy is of one moment, and durable when this returns.</summary>
    internal static void Make(string journalFile, string backupFile, CancellationToken cancellation)
    {
        backupFile = Path.GetFullPath(backupFile);
        var partial = backupFile + ".partial";
        try
        {
            Copy(journalFile, partial, cancellation);
            Flush(partial);
            File.Move(partial, backupFile, overwrite: false);
            DirectoryEntry.Flush(Path.GetDirectoryName(backupFile)!);
        }
        catch (SqliteFailure failure)
        {
            throw new SqliteJournalException(failure.Fault, failure.File, failure.Explanation, failure);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SqliteJournalException(JournalFault.Unavailable, backupFile, $"The backup {backupFile} cannot be made: {error.Message}", error);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static void Copy(string from, string to, CancellationToken cancellation)
    {
        File.Delete(to);
        PrivateFile.Open(to, FileMode.CreateNew, FileShare.ReadWrite).Dispose();
        using var source = Connection.Open(from, ConnectionKind.ReadOnly);
        using var target = Connection.Open(to, ConnectionKind.Copy);

        // One read transaction around all steps: SQLite would begin again from the first page whenever somebody writes in between.
        source.Execute("BEGIN; SELECT count(*) FROM sqlite_master");
        using (var backup = raw.sqlite3_backup_init(target.Handle, "main", source.Handle, "main"))
        {
            int code;
            do
            {
                cancellation.ThrowIfCancellationRequested();
                code = raw.sqlite3_backup_step(backup, StepPages);
            }
            while (code == raw.SQLITE_OK);

            if (code != raw.SQLITE_DONE)
                throw new SqliteFailure((code & 0xff) is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB ? from : to, code, raw.sqlite3_errstr(code).utf8_to_string());
        }

        source.Execute("COMMIT");

        // The copy is one file, without a log beside it.
        target.Execute("PRAGMA journal_mode = DELETE");
    }

    private static void Verify(Connection connection, string file)
    {
        var verdict = connection.Text("PRAGMA integrity_check(1)");
        if (verdict != "ok")
            throw Damaged(file, verdict);

        using var rows = connection.Prepare("SELECT stream, last, count, checksum, payload, written_ms FROM rows");
        while (rows.Step())
        {
            if (!Checksum.IsOfRow(rows.Int64(3), rows.Int64(0), rows.Int64(1), rows.Int64(2), rows.Int64(5), rows.Blob(4)))
                throw Damaged(file, $"the row of stream {rows.Int64(0)} that ends at sequence {rows.Int64(1)} does not match its checksum");
        }

        using var snapshots = connection.Prepare("SELECT stream, sequence, checksum, payload FROM snapshots");
        while (snapshots.Step())
        {
            if (Checksum.Of(snapshots.Int64(0), snapshots.Int64(1), 0, snapshots.Blob(3)) != snapshots.Int64(2))
                throw Damaged(file, $"the snapshot of stream {snapshots.Int64(0)} does not match its checksum");
        }
    }

    private static SqliteJournalException Damaged(string file, string what) =>
        new(JournalFault.Damaged, file, $"The backup {file} is damaged: {what}. Nothing was restored; take an older backup.");

    private static void Replace(string from, string to)
    {
        File.Delete(to);
        if (File.Exists(from))
            File.Move(from, to);
    }

    private static void Flush(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Flush(flushToDisk: true);
    }
}
