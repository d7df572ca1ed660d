using RealTimeActors.Server.CommandLine;

return await ServerCommands.Root().Parse(args).InvokeAsync();
