using System.Diagnostics.Metrics;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.PostgreSql;
using RealTimeActors.Persistence.PostgreSql.Reading;
using RealTimeActors.Persistence.Sqlite;
using RealTimeActors.Persistence.Sqlite.Memory;
using RealTimeActors.Persistence.Sqlite.Reading;

namespace RealTimeActors.Hosting;

/// <summary>The journal that the settings name.</summary>
public static class Journals
{
    /// <exception cref="SqliteJournalException">It cannot be opened.</exception>
    /// <exception cref="PostgreSqlStoreException">It cannot be opened.</exception>
    internal static IJournal Open(ServerSettings settings, Meter meter) => settings.Journal switch
    {
        // A node is put together in one go, on whatever thread; there is nothing that it could do meanwhile.
        JournalProvider.PostgreSql => Task.Run(() => PostgreSqlJournal.OpenAsync(PostgreSql(settings) with { Meter = meter })).GetAwaiter().GetResult(),
        JournalProvider.Sqlite => SqliteJournal.Open(new SqliteJournalOptions { DataDirectory = Path.GetFullPath(settings.DataDirectory), Meter = meter }),
        JournalProvider.Memory => new MemoryJournal(TimeProvider.System),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Journal, "An unknown journal."),
    };

    /// <summary>The store that the nodes of a cluster share.</summary>
    /// <exception cref="PostgreSqlStoreException">It cannot be opened.</exception>
    internal static PostgreSqlStore OpenStore(ServerSettings settings, Meter meter) =>
        Task.Run(() => PostgreSqlStore.OpenAsync(PostgreSql(settings) with { Meter = meter })).GetAwaiter().GetResult();

    /// <summary>Looks at the journal from outside, also while a server writes it.</summary>
    /// <param name="settings">Say where it is.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="JournalException">There is none, or it cannot be read.</exception>
    /// <exception cref="ArgumentException">It is in the memory of a server, where nobody else can look.</exception>
    public static IJournalReader OpenReader(ServerSettings settings, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Journal switch
        {
            JournalProvider.PostgreSql => Task.Run(() => PostgreSqlJournalReader.OpenAsync(PostgreSql(settings), cancellation), cancellation).GetAwaiter().GetResult(),
            JournalProvider.Sqlite => SqliteJournalReader.Open(settings.DataDirectory),
            _ => throw new ArgumentException("A journal in memory is there for its server alone.", nameof(settings)),
        };
    }

    /// <summary>Makes the tables of a journal in PostgreSQL, or brings them up to date, and opens nothing.</summary>
    /// <param name="settings">Name the database.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The version that was there, 0 for none, and the version that is there now.</returns>
    /// <exception cref="PostgreSqlStoreException">It cannot be done; the message says why and what to do.</exception>
    public static Task<(int From, int To)> MigrateAsync(ServerSettings settings, CancellationToken cancellation = default) =>
        PostgreSqlStore.MigrateAsync(PostgreSql(settings), cancellation);

    /// <summary>What the settings say of the database.</summary>
    private static PostgreSqlOptions PostgreSql(ServerSettings settings)
    {
        var database = settings.PostgreSql ?? throw new ArgumentException("The journal is in no database.", nameof(settings));
        return new PostgreSqlOptions
        {
            ConnectionString = database.ConnectionString,
            Schema = database.Schema,
            Node = settings.Engine.Node,
            Migrates = database.Migrates,
            Writers = database.Writers,
            Readers = database.Readers,
            StartWithin = database.StartWithin,
            ConnectWithin = database.ConnectWithin,
            StatementWithin = database.StatementWithin,
            WriteWithin = database.WriteWithin,
            Lease = database.Lease,
        };
    }
}
