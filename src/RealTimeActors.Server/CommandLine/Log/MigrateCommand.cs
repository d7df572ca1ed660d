using System.CommandLine;
using RealTimeActors.Hosting;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Persistence.PostgreSql;

namespace RealTimeActors.Server.CommandLine.Log;

/// <summary><c>realtime migrate</c>: makes the tables of a journal in PostgreSQL, or brings them up to date, with a role that may; the server's role then need not.</summary>
internal static class MigrateCommand
{
    internal static Command Create(LocalOptions local)
    {
        var command = new Command("migrate", "Makes the tables of a journal in PostgreSQL, or brings them up to date. The role needs the right to create; the server's, with realtime.journal.postgresql.migrate = false, does not.");
        local.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Running.RunAsync(() => MigrateAsync(local.Read(parsed), cancellationToken)));
        return command;
    }

    private static async Task MigrateAsync(ServerSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Journal != JournalProvider.PostgreSql)
            throw new CommandException("Only a journal of realtime.journal.provider postgresql has tables to migrate.");

        try
        {
            var (from, to) = await Journals.MigrateAsync(settings, cancellationToken);
            Console.WriteLine(from == to ? $"The store in schema {settings.PostgreSql!.Schema} is of version {to}: there was nothing to do." : $"The store in schema {settings.PostgreSql!.Schema} was of version {from} (0: none), and is of version {to} now.");
        }
        catch (PostgreSqlStoreException store)
        {
            throw new CommandException(store.Message, store);
        }
    }
}
