using System.CommandLine;
using RealTimeActors.Hosting.Integrity;

namespace RealTimeActors.Server.CommandLine;

/// <summary><c>realtime new-key FILE</c>: a private key on P-256, as checkpoints are signed with, and tokens may be. For those who have several nodes, which sign with one key.</summary>
internal static class KeyCommand
{
    internal static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Where it goes, readable by its owner only. What is there already is checked, and left as it is." };
        var command = new Command("new-key", "Makes a private key (PEM, ECDSA on P-256) that several nodes sign checkpoints with, or that tokens are signed with (ES256).") { file };
        command.SetAction((parsed, _) => Running.RunAsync(() =>
        {
            Make(parsed.GetValue(file)!);
            return Task.CompletedTask;
        }));
        return command;
    }

    /// <exception cref="CommandException">It cannot be written, or what is there is no such key.</exception>
    private static void Make(string file)
    {
        try
        {
            var isNew = CheckpointKeyFile.EnsureAt(file);
            using var key = CheckpointKeyFile.Load(file);
            Console.WriteLine(isNew ? $"{file} was made. Whoever has it can sign: keep it where only the server reads it." : $"{file} is there already.");
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file} cannot be made, or is no key: {unusable.Message}", unusable);
        }
    }
}
