using System.CommandLine;

namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary>Looks at a server again and again.</summary>
internal static class Watching
{
    /// <summary>How often to look.</summary>
    internal static Option<double> Every() => new("--every") { Description = "Seconds between two looks.", DefaultValueFactory = _ => 1 };

    /// <summary>
    /// Looks until <paramref name="look"/> says that it is enough. A first look that fails ends it. A later one at a server that is away is told of, and tried again: nobody looks as closely as while something is away.
    /// </summary>
    /// <exception cref="CommandException">The seconds are out of bounds, the first look failed, or the server refuses.</exception>
    internal static async Task UntilEnoughAsync(double every, Func<Task<bool>> look, Action<string> trouble, CancellationToken cancellationToken)
    {
        if (every is not (>= 0.1 and <= 3_600))
            throw new CommandException($"--every: seconds from 0.1 to 3600 are expected; {every} came.");

        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(every));
        var goesOn = await look();
        while (goesOn && await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                goesOn = await look();
            }
            catch (CommandException away) when (away.ExitCode == Exit.Unreachable)
            {
                trouble(away.Message);
            }
        }
    }
}
