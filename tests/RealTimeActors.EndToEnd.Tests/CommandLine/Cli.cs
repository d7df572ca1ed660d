using System.Diagnostics;

namespace RealTimeActors.EndToEnd.Tests.CommandLine;

/// <summary>The program as somebody calls it who works in a terminal.</summary>
internal static class Cli
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    /// <summary>Runs a command to its end.</summary>
    internal static Task<CommandResult> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), input: "", arguments);

    /// <summary>Runs a command that talks to a server.</summary>
    internal static Task<CommandResult> RunAsync(ServerProcess server, params string[] arguments) => RunAsync(At(server), input: "", arguments);

    /// <summary>Runs a command with something on its standard input and in its environment.</summary>
    internal static async Task<CommandResult> RunAsync(IReadOnlyDictionary<string, string> environment, string input, params string[] arguments)
    {
        using var process = Process.Start(StartOf(environment, arguments))!;
        using var patience = new CancellationTokenSource(_patience);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var error = process.StandardError.ReadToEndAsync(patience.Token);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"realtime {string.Join(' ', arguments)} is expected to end within {_patience.TotalSeconds} s; it did not.");
        }

        return new CommandResult(process.ExitCode, await output, await error);
    }

    /// <summary>Runs a command whose output is closed when the first line of it was read, and says how it ended.</summary>
    internal static async Task<(int ExitCode, string? Line)> HeadAsync(ServerProcess server, params string[] arguments)
    {
        using var process = Process.Start(StartOf(At(server), arguments))!;
        using var patience = new CancellationTokenSource(_patience);
        var line = await process.StandardOutput.ReadLineAsync(patience.Token);
        process.StandardOutput.Close();
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"realtime {string.Join(' ', arguments)} is expected to end when nobody reads it any more; it did not within {_patience.TotalSeconds} s.");
        }

        return (process.ExitCode, line);
    }

    /// <summary>The environment in which commands find the server.</summary>
    internal static Dictionary<string, string> At(ServerProcess server) => new() { ["REALTIME_ENDPOINT"] = server.Address.ToString() };

    private static ProcessStartInfo StartOf(IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [BuiltServer.Program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("REALTIME_ENDPOINT");
        start.Environment.Remove("REALTIME_TOKEN");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        return start;
    }
}
