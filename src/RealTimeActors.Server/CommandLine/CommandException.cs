namespace RealTimeActors.Server.CommandLine;

/// <summary>The command cannot do what it was asked for, and whoever called it can do something about it. The message is one line that says what.</summary>
internal sealed class CommandException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the process exits with: one of <see cref="Exit"/>.</summary>
    internal int ExitCode { get; init; } = Exit.Unusable;
}
