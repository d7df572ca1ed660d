using System.Net.Sockets;
using Npgsql;
using RealTimeActors.Persistence.PostgreSql.Connections;

namespace RealTimeActors.Persistence.Tck.PostgreSql;

/// <summary>What is said of a database that failed: to those who run the server everything, to whoever asked for the call only what is wrong.</summary>
public sealed class DatabaseFailureTests
{
    private const string Database = "PostgreSQL at db-7.internal:5432 (database orders, schema realtime)";

    public static TheoryData<string, string> Answers => new()
    {
        { "FATAL", "28000" }, { "FATAL", "28P01" }, { "FATAL", "3D000" }, { "FATAL", "53300" }, { "FATAL", "57P01" }, { "ERROR", "53100" }, { "PANIC", "XX001" }, { "ERROR", "XX001" }, { "ERROR", "42501" },
        { "ERROR", "42P01" }, { "ERROR", "25006" }, { "ERROR", "RT001" }, { "ERROR", "RT002" }, { "ERROR", "40001" }, { "ERROR", "22012" },
    };

    public static TheoryData<Exception> Faults =>
    [
        new TimeoutException(),
        new NpgsqlException("Failed to connect to 10.1.2.3:5432", new SocketException((int)SocketError.ConnectionRefused, "Connection refused 10.1.2.3:5432")),
        new NpgsqlException("Exception while performing SSL handshake with 10.1.2.3"),
        new NpgsqlException("No password has been provided but the backend requires one (10.1.2.3)"),
        new NpgsqlException("Exception while reading 10.1.2.3", new FileNotFoundException("Could not find /etc/10.1.2.3.crt")),
    ];

    [Theory]
    [MemberData(nameof(Answers))]
    public void What_the_database_answered_is_for_those_who_run_the_server(string severity, string code)
    {
        const string Said = "no entry for host \"10.1.2.3\", user \"orders\"";

        var failure = DatabaseFailure.Of(new PostgresException(Said, severity, severity, code), Database);

        Assert.Contains(Database, failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{Said} (code {code})", failure.Message, StringComparison.Ordinal);
        AssertSaysNotWhere(failure);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Where_the_database_is_not_reached_is_for_those_who_run_the_server(Exception fault)
    {
        var failure = DatabaseFailure.Of(fault, Database);

        Assert.Contains(Database, failure.Message, StringComparison.Ordinal);
        AssertSaysNotWhere(failure);
    }

    private static void AssertSaysNotWhere(DatabaseFailure failure)
    {
        Assert.Matches("^The database [a-z, ]+\\.$", failure.Reason.Replace("TLS", "tls", StringComparison.Ordinal));
        Assert.DoesNotContain("orders", failure.Reason, StringComparison.Ordinal);
    }
}
