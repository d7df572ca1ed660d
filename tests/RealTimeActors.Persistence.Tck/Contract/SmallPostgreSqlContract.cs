using RealTimeActors.Persistence.Tck.PostgreSql;
using RealTimeActors.Persistence.Tck.Stores;

namespace RealTimeActors.Persistence.Tck.Contract;

/// <summary>The same with the least of everything: one writer with two writes in a group, one reader with two rows in a page.</summary>
[NeedsPostgreSql]
[Collection(nameof(PostgreSqlCollection))]
public sealed class SmallPostgreSqlContract(PostgreSqlServer server) : DurableJournalContract
{
    protected override IStore CreateStore() => new PostgreSqlMedium(server.Server, options => options with { Writers = 1, Readers = 1, GroupWritesMax = 2, PageRows = 2 });
}
