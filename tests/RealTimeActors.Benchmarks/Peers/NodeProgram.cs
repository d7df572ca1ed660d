using System.Diagnostics;
using System.Security.Cryptography;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>
/// The small servers in <c>Node/</c>. What they stand on is installed once, outside the source tree, in a folder named after the lock file: another
/// lock file is another folder.
/// </summary>
internal static class NodeProgram
{
    private static string? _missing;
    private static string? _folder;

    /// <summary>Installs at the first call; null when everything is here, otherwise what is missing.</summary>
    internal static string? Prepare()
    {
        if (_folder is not null || _missing is not null) return _missing;
        try
        {
            Install();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            _missing = "Node and npm are not installed (apt-get install nodejs npm)";
        }

        return _missing;
    }

    internal static ServerProcess Start(CpuSet cpus, string? parent, string script)
    {
        var port = ServerProcess.FreePort();
        return ServerProcess.Start(cpus, ServerProcess.NewFolder(parent), port, "node", Path.Combine(_folder!, script), $"{port}");
    }

    private static void Install()
    {
        var source = Path.Combine(Repository.Root, "tests/RealTimeActors.Benchmarks/Node");
        var version = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(source, "package-lock.json"))))[..12];
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given ? given : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var folder = Directory.CreateDirectory(Path.Combine(cache, "realtime-actors", $"benchmark-peers-{version}")).FullName;
        foreach (var file in Directory.EnumerateFiles(source)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);

        // Written last, so that a folder in which the installation was cut short is not taken for a whole one.
        var done = Path.Combine(folder, "node_modules", ".installed");
        if (!File.Exists(done))
        {
            Console.Error.WriteLine($"installing the Node peers in {folder} …");
            using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            npm.OutputDataReceived += (_, _) => { };
            npm.BeginOutputReadLine();
            var errors = npm.StandardError.ReadToEnd();
            npm.WaitForExit();
            if (npm.ExitCode != 0)
            {
                _missing = $"npm ci ended with {npm.ExitCode}: {errors.Trim().Split('\n')[0]}";
                return;
            }

            File.WriteAllText(done, "");
        }

        _folder = folder;
    }
}
