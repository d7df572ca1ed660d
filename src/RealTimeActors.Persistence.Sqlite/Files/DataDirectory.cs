using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.Sqlite.Files;

/// <summary>The directory of one journal, held by this process alone for as long as this lives. A kill ends the hold: the system lets go of the lock file.</summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    internal string Path { get; }

    internal string JournalFile => System.IO.Path.Combine(Path, "journal.db");

    /// <exception cref="SqliteJournalException">Another process, or another journal of this one, holds it; or it cannot be used.</exception>
    internal static DataDirectory Hold(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        var lockFile = System.IO.Path.Combine(path, "journal.lock");
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

            return new DataDirectory(path, PrivateFile.Open(lockFile, FileMode.OpenOrCreate, FileShare.None));
        }
        catch (IOException error) when (File.Exists(lockFile))
        {
            throw new SqliteJournalException(
                JournalFault.Unavailable,
                lockFile,
                $"{path} is being used by another process: it holds {lockFile}. Stop that process, or give this one another data directory. ({error.Message})",
                error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SqliteJournalException(JournalFault.Unavailable, path, $"The data directory {path} cannot be used: {error.Message}", error);
        }
    }

    public void Dispose() => _lock.Dispose();
}
