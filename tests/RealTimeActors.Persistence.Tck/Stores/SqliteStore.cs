using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Sqlite;

namespace RealTimeActors.Persistence.Tck.Stores;

internal sealed class SqliteStore : IStore
{
    private readonly TempDirectory _directory = new();
    private readonly Func<SqliteJournalOptions, SqliteJournalOptions> _adjust;

    internal SqliteStore(Func<SqliteJournalOptions, SqliteJournalOptions>? adjust = null)
    {
        _adjust = adjust ?? (options => options);
        Sqlite = Open();
    }

    internal SqliteJournal Sqlite { get; private set; }

    internal string Directory => _directory.Path;

    public IJournal Journal => Sqlite;

    public void Pump() { }

    public async Task ReopenAsync()
    {
        await Sqlite.DisposeAsync();
        Sqlite = Open();
    }

    public async ValueTask DisposeAsync()
    {
        await Sqlite.DisposeAsync();
        _directory.Dispose();
    }

    private SqliteJournal Open() => SqliteJournal.Open(_adjust(new SqliteJournalOptions { DataDirectory = _directory.Path }));
}
