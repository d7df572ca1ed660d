using RealTimeActors.Persistence.Tck.PostgreSql;
using RealTimeActors.Persistence.Tck.Stores;

namespace RealTimeActors.Persistence.Tck.Contract;

[NeedsPostgreSql]
[Collection(nameof(PostgreSqlCollection))]
public sealed class PostgreSqlContract(PostgreSqlServer server) : DurableJournalContract
{
    protected override IStore CreateStore() => new PostgreSqlMedium(server.Server);
}
