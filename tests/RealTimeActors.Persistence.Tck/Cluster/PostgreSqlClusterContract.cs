using RealTimeActors.Persistence.Tck.Contract;
using RealTimeActors.Persistence.Tck.PostgreSql;

namespace RealTimeActors.Persistence.Tck.Cluster;

[NeedsPostgreSql]
[Collection(nameof(PostgreSqlCollection))]
public sealed class PostgreSqlClusterContract(PostgreSqlServer server) : ClusterContract
{
    protected override IClusterMedium CreateMedium() => new PostgreSqlClusterMedium(server.Server);
}
