using System.ComponentModel;
using System.Diagnostics;

namespace RealTimeActors.Persistence.Tck.Sqlite;

/// <summary>Programs of the system.</summary>
internal static class Shell
{
    /// <exception cref="InvalidOperationException">It is not there, or it failed.</exception>
    internal static void Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{program}: {error.Trim()}");
        }
        catch (Win32Exception error)
        {
            throw new InvalidOperationException(error.Message, error);
        }
    }
}
