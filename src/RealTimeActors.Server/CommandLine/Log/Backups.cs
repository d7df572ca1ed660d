using RealTimeActors.Hosting.Integrity;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Persistence.Sqlite;
using RealTimeActors.Persistence.Sqlite.Backup;

namespace RealTimeActors.Server.CommandLine.Log;

/// <summary>The commands <c>backup</c> and <c>restore</c>.</summary>
internal static class Backups
{
    /// <exception cref="CommandException">There is nothing to copy, or nowhere to copy it to.</exception>
    internal static Task MakeAsync(ServerSettings settings, string file) => Do(settings, () =>
    {
        SqliteBackup.Make(settings.DataDirectory, file);
        Console.WriteLine($"Copied the journal in {settings.DataDirectory} to {file}; without the key that signs its checkpoints, {KeyFileOf(settings)}");
    });

    /// <exception cref="CommandException">The backup is damaged, the server runs, or there is a journal that was not to be replaced.</exception>
    internal static Task RestoreAsync(ServerSettings settings, string file, bool replace) => Do(settings, () =>
    {
        SqliteBackup.Restore(file, settings.DataDirectory, replace);
        Console.WriteLine($"Restored {file} into {settings.DataDirectory}; every log begins a new epoch");
        if (KeyFileOf(settings) is var key && !File.Exists(key))
            Console.WriteLine($"The key that signed its checkpoints is not at {key}: bring it there before the server makes another, or name its public half to verify by --key");
    });

    private static string KeyFileOf(ServerSettings settings) => settings.CheckpointKeyFile ?? Path.Combine(settings.DataDirectory, CheckpointKeyFile.Name);

    private static Task Do(ServerSettings settings, Action copy)
    {
        if (settings.Journal != JournalProvider.Sqlite)
            throw new CommandException("Only a journal of realtime.journal.provider sqlite is copied and restored here; one in postgresql with the tools of PostgreSQL (see README of RealTimeActors.Persistence.PostgreSql).");

        try
        {
            copy();
            return Task.CompletedTask;
        }
        catch (SqliteJournalException failed)
        {
            throw new CommandException(failed.Message, failed);
        }
    }
}
