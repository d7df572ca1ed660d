using RealTimeActors.Persistence.Journals;
using SQLitePCL;

namespace RealTimeActors.Persistence.Sqlite.Files;

/// <summary>SQLite answered with an error.</summary>
internal sealed class SqliteFailure(string file, int code, string what) : Exception($"{file}: {what} (SQLite code {code})")
{
    private const int IoErrorShmSize = raw.SQLITE_IOERR | (19 << 8);

    internal string File => file;

    /// <summary>The extended result code.</summary>
    internal int Code => code;

    internal JournalFault Fault => (code & 0xff) switch
    {
        raw.SQLITE_FULL => JournalFault.Full,
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_FORMAT => JournalFault.Damaged,
        _ when code == IoErrorShmSize => JournalFault.Full,
        _ => JournalFault.Unavailable,
    };

    /// <summary>The same for a person: which file, what happened, what to do.</summary>
    internal string Explanation => Explain(file, $"The disk of {file}");

    /// <summary>The same for whoever asked for what failed: he may be anybody, and does not read where the file is.</summary>
    internal string Reason => Explain("The journal", "The disk of the journal");

    private string Explain(string file, string disk) => (code & 0xff) switch
    {
        raw.SQLITE_CORRUPT => $"{file} is damaged ({what}). Stop the server, keep a copy of the file, and restore the newest backup.",
        raw.SQLITE_NOTADB => $"{file} is not an SQLite database ({what}). Point the data directory elsewhere, or restore the newest backup.",
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN or raw.SQLITE_AUTH =>
            $"{file} cannot be written ({what}). See that the file, its directory and their disk are there and writable for the user of the server.",
        _ when Fault == JournalFault.Full => $"{disk} is full. What was acknowledged is kept. Make room; the journal goes on by itself.",
        raw.SQLITE_IOERR => $"{disk} reports an error ({what}, code {code}). See the system's log; when the disk is failing, move the data directory to another.",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"{file} is being used by another program ({what}). End that program; the journal goes on by itself.",
        _ => $"{file} cannot be used: {what} (SQLite code {code}).",
    };
}
