using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.PostgreSql;

/// <summary>A store in PostgreSQL could not be opened or migrated. The message says what was expected, what came and what to do, and never a password.</summary>
public sealed class PostgreSqlStoreException : Exception
{
    internal PostgreSqlStoreException(JournalFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    /// <summary>What kind of fault it is.</summary>
    public JournalFault Fault { get; }
}
