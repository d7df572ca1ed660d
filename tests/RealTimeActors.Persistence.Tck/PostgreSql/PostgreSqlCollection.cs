namespace RealTimeActors.Persistence.Tck.PostgreSql;

/// <summary>Tests that share the server; one after the other.</summary>
[CollectionDefinition(nameof(PostgreSqlCollection))]
public sealed class PostgreSqlCollection : ICollectionFixture<PostgreSqlServer>;
