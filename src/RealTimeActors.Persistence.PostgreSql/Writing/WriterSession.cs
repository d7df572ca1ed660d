using Npgsql;
using RealTimeActors.Persistence.PostgreSql.Connections;

namespace RealTimeActors.Persistence.PostgreSql.Writing;

/// <summary>A connection that writes, known to the database by a number, under which it counts the groups that were committed on it.</summary>
internal sealed class WriterSession : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly GroupStatement _statement;

    private WriterSession(NpgsqlConnection connection, GroupStatement statement, long writer)
    {
        _connection = connection;
        _statement = statement;
        Writer = writer;
    }

    internal long Writer { get; }

    /// <summary>Groups that were sent; the last one may not be committed.</summary>
    internal long Groups { get; private set; }

    /// <summary>Opens a session. The one before it, if there was one, is closed by that: what it still had under way either is committed by now, or never will be.</summary>
    /// <param name="database">The database.</param>
    /// <param name="node">For operators who look at the table.</param>
    /// <param name="previous">The number of the session before; 0: none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The session, how many groups the one before it had committed (null: nobody knows it any more), and what came of the last of them.</returns>
    internal static async Task<(WriterSession Session, long? PreviousGroups, GroupOutcome PreviousOutcome)> OpenAsync(Database database, string node, long previous, CancellationToken cancellation)
    {
        var connection = await database.ConnectAsync(cancellation);
        try
        {
            await using var open = connection.CreateCommand();
            open.CommandText = "SELECT * FROM open_writer($1, $2)";
            open.Parameters.Add(new NpgsqlParameter<string> { TypedValue = node });
            open.Parameters.Add(new NpgsqlParameter<long> { TypedValue = previous });
            long writer;
            long? groups;
            GroupOutcome outcome;
            await using (var row = await open.ExecuteReaderAsync(cancellation))
            {
                await row.ReadAsync(cancellation);
                writer = row.GetInt64(0);
                groups = row.IsDBNull(1) ? null : row.GetInt64(1);
                outcome = GroupOutcome.Read(row, 2);
            }

            var statement = new GroupStatement(connection);
            await statement.PrepareAsync(cancellation);
            return (new WriterSession(connection, statement, writer), groups, outcome);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    internal Task<GroupOutcome> CommitAsync(Group group) => _statement.RunAsync(Writer, ++Groups, group);

    public async ValueTask DisposeAsync()
    {
        _statement.Dispose();
        await _connection.DisposeAsync();
    }
}
