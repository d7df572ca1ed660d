using System.Diagnostics;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>A program of Debian's that a peer is: where it is, and how it comes here.</summary>
internal sealed class DebianProgram(string name, params string[] packages)
{
    private bool _isTried;

    /// <summary>Its path; null when it is not installed.</summary>
    internal string? Path { get; private set; } = Find(name);

    /// <summary>Installs it where that was asked for; null when it is here, otherwise what to do.</summary>
    internal string? Prepare(RunOptions options) => Prepare(options.Install);

    /// <summary>The same.</summary>
    internal string? Prepare(bool mayInstall)
    {
        if (Path is not null) return null;
        var command = $"apt-get install {string.Join(' ', packages)}";
        if (!mayInstall) return $"{name} is not installed (--install, or: {command})";
        if (!_isTried && Install() is { } refused) return $"{name} could not be installed: {refused}";
        Path = Find(name);
        return Path is null ? $"{name} is not there after: {command}" : null;
    }

    private string? Install()
    {
        _isTried = true;
        if (Environment.UserName != "root") return "that takes root";
        Console.Error.WriteLine($"installing {string.Join(", ", packages)} …");
        return Apt("update", "-qq") ?? Apt(["install", "-y", "-qq", "--no-install-recommends", .. packages]);
    }

    private static string? Apt(params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo("apt-get", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
            // The packages would start services of their own; this level has none.
            start.Environment["RUNLEVEL"] = "1";
            using var apt = Process.Start(start)!;
            apt.OutputDataReceived += (_, _) => { };
            apt.BeginOutputReadLine();
            var errors = apt.StandardError.ReadToEnd();
            apt.WaitForExit();
            return apt.ExitCode == 0 ? null : $"apt-get {arguments[0]} ended with {apt.ExitCode}: {errors.Trim().Split('\n')[^1]}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "there is no apt-get";
        }
    }

    private static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Append("/usr/sbin")
        .Select(folder => System.IO.Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);
}
