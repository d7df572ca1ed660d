using System.CommandLine;
using RealTimeActors.Server.CommandLine.Bench;
using RealTimeActors.Server.CommandLine.Log;
using RealTimeActors.Server.CommandLine.Remote;
using RealTimeActors.Server.CommandLine.Remote.Cluster;
using RealTimeActors.Server.CommandLine.Remote.State;
using RealTimeActors.Server.CommandLine.Remote.Top;

namespace RealTimeActors.Server.CommandLine;

/// <summary>The command line of <c>realtime</c>: its table of contents.</summary>
internal static class ServerCommands
{
    internal static RootCommand Root()
    {
        var local = new LocalOptions();
        var root = new RootCommand($"RealTimeActors: keeps every program, screen and service that looks at the same data in step.\n\n{Exit.Explanation}");
        local.AddTo(root);

        var serve = new Command("serve", "Runs the server (this is what happens when no command is given). Stops in good order on SIGTERM and Ctrl+C.");
        Func<ParseResult, CancellationToken, Task<int>> run = (parsed, _) => Running.RunAsync(() => Serving.RunAsync(local.Read(parsed)));
        root.SetAction(run);
        serve.SetAction(run);
        local.AddTo(serve);

        root.Add(serve);
        root.Add(PublishCommand.Create());
        root.Add(TailCommand.Create());
        root.Add(ChannelsCommand.Create());
        root.Add(SessionsCommand.Create());
        root.Add(DeadLettersCommand.Create());
        root.Add(StateCommand.Create());
        root.Add(PresenceCommand.Create());
        root.Add(ClusterCommand.Create());
        root.Add(TopCommand.Create());
        root.Add(ProofCommands.Prove());
        root.Add(ProofCommands.Checkpoint());
        root.Add(TokenCommand.Create(local));
        root.Add(KeyCommand.Create());
        root.Add(ConfigCommand.Create(local));
        root.Add(VerifyCommand.Create(local));
        root.Add(MigrateCommand.Create(local));
        root.Add(BackupCommands.Backup(local));
        root.Add(BackupCommands.Restore(local));
        root.Add(BenchCommand.Create());
        return root;
    }
}
