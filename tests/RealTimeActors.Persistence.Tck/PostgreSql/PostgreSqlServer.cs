using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.Persistence.Tck.PostgreSql;

/// <summary>One server for all tests that do it no harm; each has a schema of its own in it.</summary>
public sealed class PostgreSqlServer : IAsyncLifetime
{
    private static int _schemas;

    /// <summary>Null where there can be none: then the tests are skipped.</summary>
    internal PrivatePostgreSql Server { get; private set; } = null!;

    internal static string NewSchema() => $"store_{Interlocked.Increment(ref _schemas)}";

    public async Task InitializeAsync()
    {
        if (PrivatePostgreSql.WhyNot is null)
            Server = await PrivatePostgreSql.StartNewAsync();
    }

    public async Task DisposeAsync()
    {
        if (Server is not null)
            await Server.DisposeAsync();
    }
}
