using System.Diagnostics.Metrics;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Sqlite;
using RealTimeActors.Persistence.Sqlite.Memory;

namespace RealTimeActors.Hosting;

/// <summary>Opens the journal that the settings name.</summary>
internal static class Journals
{
    /// <exception cref="SqliteJournalException">It cannot be opened.</exception>
    internal static IJournal Open(ServerSettings settings, Meter meter) => settings.Journal switch
    {
        JournalProvider.Sqlite => SqliteJournal.Open(new SqliteJournalOptions { DataDirectory = Path.GetFullPath(settings.DataDirectory), Meter = meter }),
        JournalProvider.Memory => new MemoryJournal(TimeProvider.System),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Journal, "An unknown journal."),
    };
}
