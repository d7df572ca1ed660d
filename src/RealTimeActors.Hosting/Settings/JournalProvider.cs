namespace RealTimeActors.Hosting.Settings;

/// <summary>Where events are kept.</summary>
public enum JournalProvider
{
    /// <summary>One SQLite file in the data directory.</summary>
    Sqlite,

    /// <summary>A schema of a PostgreSQL database.</summary>
    PostgreSql,

    /// <summary>In memory: gone with the process. For trying out and for tests.</summary>
    Memory,
}
