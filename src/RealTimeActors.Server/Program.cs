using RealTimeActors.Server.CommandLine;

var parsed = ServerCommands.Root().Parse(args);
if (parsed.Errors.Count == 0)
    return await parsed.InvokeAsync();

foreach (var error in parsed.Errors)
    await Console.Error.WriteLineAsync($"{error.Message} (realtime --help names what there is.)");

return ServerCommands.ExitUnusable;
