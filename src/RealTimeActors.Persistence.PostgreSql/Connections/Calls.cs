using Npgsql;

namespace RealTimeActors.Persistence.PostgreSql.Connections;

/// <summary>Calls with a few values, in one line.</summary>
internal static class Calls
{
    /// <summary>A command with parameters $1, $2, …</summary>
    internal static NpgsqlCommand Command(this NpgsqlConnection connection, string text, params ReadOnlySpan<object> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });

        return command;
    }

    internal static long Milliseconds(this TimeSpan time) => (long)Math.Ceiling(time.TotalMilliseconds);
}
