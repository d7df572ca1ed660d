using System.Diagnostics;

namespace RealTimeActors.EndToEnd.Tests.Infrastructure;

/// <summary>Commands of the server's program other than to serve.</summary>
internal static class ServerCommand
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs a command on the data of a server and fails unless it ends well.</summary>
    internal static async Task RunAsync(ServerProcess server, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [BuiltServer.Program, .. arguments, "--set", $"realtime.data-directory={server.DataDirectory}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(_patience);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var error = process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);

        Assert.True(process.ExitCode == 0, $"realtime {string.Join(' ', arguments)} is expected to end with 0; {process.ExitCode} came:\n{await output}{await error}");
    }
}
