using System.CommandLine;
using RealTimeActors.Server.CommandLine;

var parsed = ServerCommands.Root().Parse(args);
if (parsed.Errors.Count == 0)
{
    // SIGTERM is the host's affair: the command line's own handler would end the process after two seconds, in the middle of the drain.
    return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
}

foreach (var error in parsed.Errors)
    await Console.Error.WriteLineAsync($"{ParseErrors.Say(error)} (realtime --help names what there is.)");

return Exit.Unusable;
