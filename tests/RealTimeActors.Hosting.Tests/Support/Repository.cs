namespace RealTimeActors.Hosting.Tests.Support;

/// <summary>The source tree these tests were built from.</summary>
internal static class Repository
{
    internal static string Root { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "RealTimeActors.sln")))
            directory = directory.Parent;

        return directory?.FullName ?? throw new InvalidOperationException($"RealTimeActors.sln is expected above {AppContext.BaseDirectory}.");
    }
}
