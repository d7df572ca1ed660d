using System.Diagnostics;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>Where things are in the working copy this program was built from.</summary>
internal static class Repository
{
    /// <summary>The folder with the solution, found upwards from this program.</summary>
    internal static string Root { get; } = Find();

    /// <summary>The commit that is checked out, with a <c>+</c> behind it when files differ from it; null without git.</summary>
    internal static string? Commit { get; } = Git("rev-parse --short=12 HEAD") is { Length: > 0 } commit
        ? commit + (Git("status --porcelain --untracked-files=no") is { Length: > 0 } ? "+" : "")
        : null;

    internal static string ServerAssembly => Path.Combine(Root, "src/RealTimeActors.Server/bin/Release/net10.0/realtime.dll");

    /// <summary>Builds the server as a user would, if it is not there.</summary>
    internal static void EnsureServerIsBuilt()
    {
        if (File.Exists(ServerAssembly)) return;

        Console.Error.WriteLine("building the server …");
        using var build = Process.Start(new ProcessStartInfo("dotnet", "build -c Release -v q --nologo src/RealTimeActors.Server") { WorkingDirectory = Root })!;
        build.WaitForExit();
        if (build.ExitCode != 0 || !File.Exists(ServerAssembly))
            throw new BenchmarkFailure("the server does not build; see above, or try: dotnet build -c Release src/RealTimeActors.Server");
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RealTimeActors.sln"))) return folder.FullName;
        }

        throw new BenchmarkFailure($"no RealTimeActors.sln above {AppContext.BaseDirectory}: run this program from its working copy");
    }

    private static string? Git(string arguments)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
