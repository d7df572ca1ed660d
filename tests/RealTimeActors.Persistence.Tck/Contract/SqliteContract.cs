using RealTimeActors.Persistence.Tck.Stores;

namespace RealTimeActors.Persistence.Tck.Contract;

public sealed class SqliteContract : DurableJournalContract
{
    protected override IStore CreateStore() => new SqliteStore();
}
