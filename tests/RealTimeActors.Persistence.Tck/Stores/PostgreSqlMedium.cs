using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.PostgreSql;
using RealTimeActors.Persistence.Tck.PostgreSql;
using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.Persistence.Tck.Stores;

/// <summary>A store in a schema of its own.</summary>
internal sealed class PostgreSqlMedium : IStore
{
    private readonly PostgreSqlOptions _options;

    internal PostgreSqlMedium(PrivatePostgreSql server, Func<PostgreSqlOptions, PostgreSqlOptions>? adjust = null)
    {
        _options = new PostgreSqlOptions { ConnectionString = server.ConnectionString, Schema = PostgreSqlServer.NewSchema() };
        _options = adjust?.Invoke(_options) ?? _options;
        PostgreSql = Open();
    }

    internal PostgreSqlJournal PostgreSql { get; private set; }

    internal PostgreSqlOptions Options => _options;

    public IJournal Journal => PostgreSql;

    public void Pump() { }

    public async Task ReopenAsync()
    {
        await PostgreSql.DisposeAsync();
        PostgreSql = Open();
    }

    public ValueTask DisposeAsync() => PostgreSql.DisposeAsync();

    private PostgreSqlJournal Open() => Task.Run(() => PostgreSqlJournal.OpenAsync(_options)).GetAwaiter().GetResult();
}
