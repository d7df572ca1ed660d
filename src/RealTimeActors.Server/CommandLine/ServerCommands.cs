using System.CommandLine;
using RealTimeActors.Hosting.Settings;

namespace RealTimeActors.Server.CommandLine;

/// <summary>The command line of <c>realtime</c>.</summary>
internal static class ServerCommands
{
    /// <summary>What ended by a mistake of the operator (configuration, port, directory, file) exits with this; the reason is one line on standard error.</summary>
    internal const int ExitUnusable = 2;

    internal static RootCommand Root()
    {
        var config = new Option<string?>("--config")
        {
            Description = "Configuration file: HOCON (.conf), JSON or .properties. Every key is explained in hocon/reference.conf.",
            HelpName = "FILE",
            Recursive = true,
        };
        var set = new Option<string[]>("--set")
        {
            Description = "One setting over the file's, as realtime.http.port=8081. Lists and objects are written in HOCON, of which JSON is a part.",
            HelpName = "PATH=VALUE",
            Recursive = true,
            AllowMultipleArgumentsPerToken = false,
        };

        var root = new RootCommand("RealTimeActors: keeps every program, screen and service that looks at the same data in step.") { config, set };
        var serve = new Command("serve", "Runs the server (this is what happens when no command is given). Stops in good order on SIGTERM and Ctrl+C.");

        var backupFile = new Argument<string>("FILE") { Description = "The copy. A file that is there is not touched." };
        var backup = new Command("backup", "Copies the journal to a file, also while the server runs.") { backupFile };

        var restoreFile = new Argument<string>("FILE") { Description = "What backup made." };
        var replace = new Option<bool>("--replace") { Description = "Replace a journal that is there; it is kept beside the restored one." };
        var restore = new Command("restore", "Puts a backup into the data directory of a server that does not run. Every log in it begins a new epoch.") { restoreFile, replace };

        Func<ParseResult, CancellationToken, Task<int>> run = (parsed, _) => RunAsync(parsed, config, set, Serving.RunAsync);
        root.SetAction(run);
        serve.SetAction(run);
        backup.SetAction((parsed, _) => RunAsync(parsed, config, set, settings => Backups.MakeAsync(settings, parsed.GetRequiredValue(backupFile))));
        restore.SetAction((parsed, _) => RunAsync(
            parsed, config, set, settings => Backups.RestoreAsync(settings, parsed.GetRequiredValue(restoreFile), parsed.GetValue(replace))));
        root.Add(serve);
        root.Add(backup);
        root.Add(restore);
        return root;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, Option<string?> config, Option<string[]> set, Func<ServerSettings, Task> run)
    {
        try
        {
            var settings = SettingsReader.Read(SettingsSource.Load(parsed.GetValue(config), parsed.GetValue(set) ?? []));
            await run(settings);
            return 0;
        }
        catch (SettingsException bad)
        {
            foreach (var problem in bad.Problems)
                await Console.Error.WriteLineAsync(problem);

            return ExitUnusable;
        }
        catch (UnusableException unusable)
        {
            await Console.Error.WriteLineAsync(unusable.Message);
            return ExitUnusable;
        }
    }
}
