using System.CommandLine;

namespace RealTimeActors.Server.CommandLine.Log;

/// <summary><c>realtime backup</c> and <c>realtime restore</c>.</summary>
internal static class BackupCommands
{
    internal static Command Backup(LocalOptions local)
    {
        var file = new Argument<string>("FILE") { Description = "The copy. A file that is there is not touched." };
        var command = new Command("backup", "Copies the journal to a file, also while the server runs.") { file };
        local.AddTo(command);
        command.SetAction((parsed, _) => Running.RunAsync(() => Backups.MakeAsync(local.Read(parsed), parsed.GetRequiredValue(file))));
        return command;
    }

    internal static Command Restore(LocalOptions local)
    {
        var file = new Argument<string>("FILE") { Description = "What backup made." };
        var replace = new Option<bool>("--replace") { Description = "Replace a journal that is there; it is kept beside the restored one." };
        var command = new Command("restore", "Puts a backup into the data directory of a server that does not run. Every log in it begins a new epoch.") { file, replace };
        local.AddTo(command);
        command.SetAction((parsed, _) => Running.RunAsync(() => Backups.RestoreAsync(local.Read(parsed), parsed.GetRequiredValue(file), parsed.GetValue(replace))));
        return command;
    }
}
