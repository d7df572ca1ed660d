using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.Server.Tests.CommandLine.PostgreSql;

/// <summary>A test that needs a PostgreSQL server of its own: skipped, with the reason, where there can be none.</summary>
internal sealed class PostgreSqlFactAttribute : FactAttribute
{
    public PostgreSqlFactAttribute() => Skip = PrivatePostgreSql.WhyNot;
}
