using System.Diagnostics;
using System.Globalization;

namespace RealTimeActors.PostgreSql.Kit;

/// <summary>The programs of Debian's package, run by a user that is not root: PostgreSQL refuses to be.</summary>
internal static class PostgreSqlTools
{
    private const string Unprivileged = "postgres";
    private static readonly Lazy<string?> _programs = new(FindPrograms);

    internal static string? WhatIsMissing()
    {
        if (!OperatingSystem.IsLinux())
            return "The private PostgreSQL of the tests is run as on Debian; this is no Linux.";

        if (_programs.Value is null)
            return "There is no /usr/lib/postgresql/*/bin/initdb: install the package postgresql.";

        return Environment.IsPrivilegedProcess && Try("id", Unprivileged) != 0 ? $"This is root, and there is no user {Unprivileged} to run PostgreSQL as." : null;
    }

    /// <summary>Runs a program of PostgreSQL to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; with what it said.</exception>
    internal static async Task RunAsync(string program, params string[] arguments)
    {
        string[] line = Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={Unprivileged}", $"--regid={Unprivileged}", "--clear-groups"] : ["env"];
        line = [.. line, Path.Combine(_programs.Value!, program), .. arguments];

        // What it starts keeps its outputs: they go to a file and not into a pipe, whose end would never come.
        var said = Path.GetTempFileName();
        try
        {
            using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "out=$1; shift; exec \"$@\" >\"$out\" 2>&1 </dev/null", "sh", said, .. line]) { WorkingDirectory = "/tmp" })!;
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed ({process.ExitCode}): {await File.ReadAllTextAsync(said)}");
        }
        finally
        {
            File.Delete(said);
        }
    }

    /// <summary>Makes the folder the unprivileged user's.</summary>
    internal static void GiveAway(string folder)
    {
        ChangeOwner(folder);

        // The socket in it is for the tests, whoever they run as.
        Try("chmod", "711", folder);
    }

    internal static void ChangeOwner(string path)
    {
        if (Environment.IsPrivilegedProcess)
            Try("chown", Unprivileged, path);
    }

    internal static void Signal(string signal, IReadOnlyList<int> processes) =>
        Try("kill", ["-s", signal, .. processes.Select(process => process.ToString(CultureInfo.InvariantCulture))]);

    internal static IReadOnlyList<int> ChildrenOf(int process)
    {
        var children = $"/proc/{process}/task/{process}/children";
        return File.Exists(children)
            ? [.. File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(child => int.Parse(child, CultureInfo.InvariantCulture))]
            : [];
    }

    /// <summary>Returns when none of them runs any more; who has ended and was not collected yet counts as gone. After a KILL that is at once.</summary>
    internal static void WaitForTheEndOf(IEnumerable<int> processes)
    {
        foreach (var process in processes)
            SpinWait.SpinUntil(() => !IsRunning(process), TimeSpan.FromSeconds(60));
    }

    internal static void Remove(string folder)
    {
        // A process that was just killed may still be making a file.
        for (var attempt = 0; attempt < 5 && Directory.Exists(folder); attempt++)
            Try("rm", "-rf", folder);
    }

    /// <summary>Whether there is such a process; one that has ended and was not collected yet counts as gone.</summary>
    internal static bool IsRunning(int process) => RunState.Of($"/proc/{process}") is not RunState.Gone;

    private static int Try(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private static string? FindPrograms() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb")))
            .OrderByDescending(bin => bin, StringComparer.Ordinal).FirstOrDefault()
        : null;
}
