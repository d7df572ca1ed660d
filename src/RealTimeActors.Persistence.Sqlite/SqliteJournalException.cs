using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.Sqlite;

/// <summary>A journal file could not be opened, read, backed up or restored. The message names the file and says what to do.</summary>
public sealed class SqliteJournalException : JournalException
{
    internal SqliteJournalException(JournalFault fault, string file, string message, Exception? inner = null)
        : base(fault, message, inner) => File = file;

    /// <summary>The file it is about.</summary>
    public string File { get; }
}
