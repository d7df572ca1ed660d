using System.Net.Sockets;
using Npgsql;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.PostgreSql.Connections;

/// <summary>What went wrong with a call to the database, and what is known of its outcome.</summary>
/// <param name="Fault">What kind it is.</param>
/// <param name="Message">For a person: which database, what happened, what to do. Never a password.</param>
/// <param name="IsLost">Whether the connection is gone, and with it, for a call that was under way, the answer: only the database knows what became of it. Otherwise nothing was done.</param>
/// <param name="IsTransient">Whether the same call may succeed when it is made again.</param>
internal sealed record DatabaseFailure(JournalFault Fault, string Message, bool IsLost, bool IsTransient)
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
        PostgreSqlStoreException refused => new(refused.Fault, refused.Message, IsLost: true, IsTransient: true),
        TimeoutException => new(JournalFault.Unavailable, $"{database} did not answer in time. See whether it runs and is not overloaded; the store goes on by itself.", IsLost: true, IsTransient: true),
        _ when IsAboutTls(error) => new(
            JournalFault.Unavailable,
            $"{database} cannot be reached over TLS ({Innermost(error).Message}). Give it a certificate that this machine trusts (Root Certificate=… in the connection string), or say SSL Mode=… yourself.",
            IsLost: true,
            IsTransient: true),
        _ when IsAboutPassword(error) => new(
            JournalFault.Unavailable,
            $"{database} wants a password, and none was given. Say Password=… in realtime.journal.postgresql.connection-string, or Passfile=FILE with a line for this host, port, database and user.",
            IsLost: true,
            IsTransient: true),
        _ when AboutFile(error) is { } file => new(
            JournalFault.Unavailable,
            $"{database} cannot be connected with: a file that the connection string names cannot be read ({file.Message}) See Passfile, Root Certificate and the like in realtime.journal.postgresql.connection-string.",
            IsLost: true,
            IsTransient: true),
        _ => new(JournalFault.Unavailable, $"{database} cannot be reached ({Innermost(error).Message}). See whether it runs and lets this machine in; the store goes on by itself.", IsLost: true, IsTransient: true),
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
            return new(JournalFault.Unavailable, $"{database} {what}: {said}. {todo}", IsLost: true, IsTransient: true);
        }

        return error.SqlState switch
        {
            "53100" => new(JournalFault.Full, $"The disk of {database} is full: {said}. What was acknowledged is kept. Make room; the store goes on by itself.", false, false),
            "XX001" or "XX002" => new(JournalFault.Damaged, $"{database} is damaged: {said}. Stop the server, keep a copy, and restore the newest backup.", false, false),
            "42501" => new(JournalFault.Unavailable, $"{database} does not let the role do what it has to: {said}. Grant what the README of RealTimeActors.Persistence.PostgreSql lists.", false, false),
            "42P01" or "42883" or "3F000" => new(JournalFault.Unavailable, $"{database} has no store in this schema, not a whole one, or none that the role may see: {said}. Run 'realtime migrate' with a role that may, or grant what the README of RealTimeActors.Persistence.PostgreSql lists.", false, false),
            "25006" => new(JournalFault.Unavailable, $"{database} takes no writes: {said}. Connect to the primary (Target Session Attributes=primary with several hosts).", false, true),
            "RT001" => new(JournalFault.Unavailable, $"{database}: {said}.", false, true),
            "RT002" => new(JournalFault.Unavailable, $"{database} does not promise durability: {said}. Nothing is called persisted until they are (see README).", false, false),
            "40001" or "40P01" or "55P03" or "57014" => new(JournalFault.Unavailable, $"{database} gave the statement up: {said}.", false, true),
            _ => new(JournalFault.Unavailable, $"{database} answered with an error: {said}.", false, false),
        };
    }

    private static bool IsAboutTls(Exception error) =>
        error is System.Security.Authentication.AuthenticationException || (error.InnerException is { } inner && IsAboutTls(inner))
        || error.Message.Contains("SSL", StringComparison.OrdinalIgnoreCase);

    /// <summary>Npgsql has no type and no code for it.</summary>
    private static bool IsAboutPassword(Exception error) => error is NpgsqlException and not PostgresException && error.Message.StartsWith("No password has been provided", StringComparison.Ordinal);

    private static Exception? AboutFile(Exception error) =>
        error is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException ? error : error.InnerException is { } inner ? AboutFile(inner) : null;

    private static Exception Innermost(Exception error) => error.InnerException is { } inner ? Innermost(inner) : error;
}
