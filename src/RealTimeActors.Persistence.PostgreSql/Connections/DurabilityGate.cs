using Npgsql;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.PostgreSql.Connections;

/// <summary>Looks at the server behind a new connection: on one that does not keep what it has confirmed, nothing may be called persisted. Each group asks again.</summary>
internal static class DurabilityGate
{
    private const int VersionMin = 13_00_00;

    /// <exception cref="PostgreSqlStoreException">It is not to be used; the message says what to change.</exception>
    internal static async Task CheckAsync(NpgsqlConnection connection, string database, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'), pg_is_in_recovery(), current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit')";
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        if (row.GetInt32(0) < VersionMin)
            throw Refused($"is of version {row.GetInt32(0)}; {VersionMin} or newer is expected");

        if (row.GetString(1) != "UTF8")
            throw Refused($"has the encoding {row.GetString(1)}; UTF8 is expected (CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0)");

        if (row.GetBoolean(2))
            throw Refused("is a standby, which takes no writes; connect to the primary (several hosts may be named: Host=a,b)");

        if (row.GetString(3) != "on")
            throw Refused("runs with fsync = off, and would lose what it has confirmed when the power goes; set fsync = on in postgresql.conf and reload");

        if (row.GetString(4) != "on")
            throw Refused("runs with full_page_writes = off, and may not survive a crash whole; set full_page_writes = on in postgresql.conf and reload");

        // local does not wait for a standby, and remote_write not for its disk: after a failover to it what was confirmed may be gone.
        if (row.GetString(5) is not ("on" or "remote_apply"))
        {
            throw Refused(
                $"has synchronous_commit = {row.GetString(5)} for this role, and would confirm what may be lost; on or remote_apply is expected: ALTER ROLE … SET synchronous_commit = on (RESET, where it was set for the role or the database by mistake)");
        }

        PostgreSqlStoreException Refused(string what) => new(JournalFault.Unavailable, $"{database} {what}. Nothing was written.");
    }
}
