using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.PostgreSql;

/// <summary>A store in PostgreSQL could not be opened, read or migrated. The message says what was expected, what came and what to do, and never a password.</summary>
public sealed class PostgreSqlStoreException : JournalException
{
    internal PostgreSqlStoreException(JournalFault fault, string message, Exception? inner = null)
        : base(fault, message, inner)
    {
    }
}
