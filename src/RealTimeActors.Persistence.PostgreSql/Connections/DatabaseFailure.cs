using System.Net.Sockets;
using Npgsql;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.PostgreSql.Connections;

/// <summary>What went wrong with a call to the database, and what is known of its outcome.</summary>
/// <param name="Fault">What kind it is.</param>
/// <param name="Reason">What happened, in a sentence that goes to whoever asked for the call: he may be anybody, and reads neither where the database is nor what it said.</param>
/// <param name="Message">For those who run the server: which database, what happened, what to do. Never a password.</param>
/// <param name="IsLost">Whether the connection is gone, and with it, for a call that was under way, the answer: only the database knows what became of it. Otherwise nothing was done.</param>
/// <param name="IsTransient">Whether the same call may succeed when it is made again.</param>
internal sealed record DatabaseFailure(JournalFault Fault, string Reason, string Message, bool IsLost, bool IsTransient)
{
    /// <summary>Whether this is an error of the database or of the way there; anything else is a mistake of the program.</summary>
    internal static bool Is(Exception error) =>
        error is NpgsqlException or TimeoutException or IOException or UnauthorizedAccessException or SocketException or ObjectDisposedException or PostgreSqlStoreException;

    /// <summary>Whether somebody has to change something before the database can be connected with: a start need not wait for that.</summary>
    internal static bool WaitsForAPerson(Exception error) =>
        error is PostgresException { SqlState: "28P01" or "28000" or "3D000" } || IsAboutPassword(error) || AboutFile(error) is not null;

    internal static DatabaseFailure Of(Exception error, string database) => error switch
    {
        PostgresException answered => OfAnswer(answered, database),
        PostgreSqlStoreException refused => new(refused.Fault, "The database cannot be used as it is.", refused.Message, IsLost: true, IsTransient: true),
        TimeoutException => Away(database, "did not answer in time", ". See whether it runs and is not overloaded; the store goes on by itself."),
        _ when IsAboutTls(error) => Away(
            database,
            "cannot be reached over TLS",
            $" ({Innermost(error).Message}). Give it a certificate that this machine trusts (Root Certificate=… in the connection string), or say SSL Mode=… yourself."),
        _ when IsAboutPassword(error) => Away(
            database,
            "wants a password, and none was given",
            ". Say Password=… in realtime.journal.postgresql.connection-string, or Passfile=FILE with a line for this host, port, database and user."),
        _ when AboutFile(error) is { } file => Away(
            database,
            "cannot be connected with",
            $": a file that the connection string names cannot be read ({file.Message}) See Passfile, Root Certificate and the like in realtime.journal.postgresql.connection-string."),
        _ => Away(database, "cannot be reached", $" ({Innermost(error).Message}). See whether it runs and lets this machine in; the store goes on by itself."),
    };

    private static DatabaseFailure OfAnswer(PostgresException error, string database)
    {
        var said = $"{error.MessageText} (code {error.SqlState})";

        // A session that the server ends may be in the middle of a commit that counts: who sees this does not know.
        if (error.InvariantSeverity is "FATAL" or "PANIC")
        {
            var (what, todo) = error.SqlState switch
            {
                "28P01" or "28000" => ("does not let the role in", "Check user name and password of realtime.journal.postgresql.connection-string, and pg_hba.conf."),
                "3D000" => ("is not there", "Create it (createdb), or name another in realtime.journal.postgresql.connection-string."),
                "53300" => ("has no connection left", "Raise max_connections, or lower realtime.journal.postgresql.writers and readers."),
                _ => ("ended the connection", "The store goes on by itself when it is back."),
            };
            return Away(database, what, $": {said}. {todo}");
        }

        return error.SqlState switch
        {
            "53100" => Refused(JournalFault.Full, "has no room left on its disk", $": {said}. What was acknowledged is kept. Make room; the store goes on by itself."),
            "XX001" or "XX002" => Refused(JournalFault.Damaged, "is damaged", $": {said}. Stop the server, keep a copy, and restore the newest backup."),
            "42501" => Refused(JournalFault.Unavailable, "does not let the role do what it has to", $": {said}. Grant what the README of RealTimeActors.Persistence.PostgreSql lists."),
            "42P01" or "42883" or "3F000" => Refused(JournalFault.Unavailable, "has no store in this schema, not a whole one, or none that the role may see", $": {said}. Run 'realtime migrate' with a role that may, or grant what the README of RealTimeActors.Persistence.PostgreSql lists."),
            "25006" => Refused(JournalFault.Unavailable, "takes no writes", $": {said}. Connect to the primary (Target Session Attributes=primary with several hosts).", isTransient: true),
            "RT001" => Refused(JournalFault.Unavailable, "does not take the write", $": {said}.", isTransient: true),
            "RT002" => Refused(JournalFault.Unavailable, "does not promise durability", $": {said}. Nothing is called persisted until they are (see README)."),
            "40001" or "40P01" or "55P03" or "57014" => Refused(JournalFault.Unavailable, "gave the statement up", $": {said}.", isTransient: true),
            _ => Refused(JournalFault.Unavailable, "answered with an error", $": {said}."),
        };

        DatabaseFailure Refused(JournalFault fault, string what, string rest, bool isTransient = false) => new(fault, $"The database {what}.", $"{database} {what}{rest}", IsLost: false, isTransient);
    }

    /// <summary>The connection is gone, or does not come about.</summary>
    private static DatabaseFailure Away(string database, string what, string rest) =>
        new(JournalFault.Unavailable, $"The database {what}.", $"{database} {what}{rest}", IsLost: true, IsTransient: true);

    private static bool IsAboutTls(Exception error) =>
        error is System.Security.Authentication.AuthenticationException || (error.InnerException is { } inner && IsAboutTls(inner))
        || error.Message.Contains("SSL", StringComparison.OrdinalIgnoreCase);

    /// <summary>Npgsql has no type and no code for it.</summary>
    private static bool IsAboutPassword(Exception error) => error is NpgsqlException and not PostgresException && error.Message.StartsWith("No password has been provided", StringComparison.Ordinal);

    private static Exception? AboutFile(Exception error) =>
        error is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException ? error : error.InnerException is { } inner ? AboutFile(inner) : null;

    private static Exception Innermost(Exception error) => error.InnerException is { } inner ? Innermost(inner) : error;
}
