using System.Diagnostics;

namespace RealTimeActors.Hammer.Cluster.Wires;

/// <summary>Short programs of the system, run to their end.</summary>
internal static class Command
{
    /// <exception cref="InvalidOperationException">It failed; with what it said.</exception>
    internal static void Run(params string[] line) => Task.Run(() => RunAsync(line)).GetAwaiter().GetResult();

    /// <exception cref="InvalidOperationException">It failed; with what it said.</exception>
    internal static Task RunAsync(params string[] line) => RunWithInputAsync("", line);

    /// <exception cref="InvalidOperationException">It failed; with what it said.</exception>
    internal static async Task RunWithInputAsync(string input, params string[] line)
    {
        var start = new ProcessStartInfo(line[0], line.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{line[0]} cannot be started.");
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', line)} failed ({process.ExitCode}): {(await said + await complained).Trim()}");
    }

    /// <returns>Why it failed; null: it did not.</returns>
    internal static string? Try(params string[] line)
    {
        try
        {
            Run(line);
            return null;
        }
        catch (Exception fault) when (fault is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return fault.Message;
        }
    }
}
