using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.Sqlite;

/// <summary>A journal file could not be opened, backed up or restored. The message names the file and says what to do.</summary>
public sealed class SqliteJournalException : Exception
{
    internal SqliteJournalException(JournalFault fault, string file, string message, Exception? inner = null)
        : base(message, inner)
    {
        Fault = fault;
        File = file;
    }

    /// <summary>What kind of fault it is.</summary>
    public JournalFault Fault { get; }

    /// <summary>The file it is about.</summary>
    public string File { get; }
}
