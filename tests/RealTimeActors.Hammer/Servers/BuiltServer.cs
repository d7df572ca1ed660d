namespace RealTimeActors.Hammer.Servers;

/// <summary>The server as it was built, in the same configuration as this program.</summary>
internal static class BuiltServer
{
    internal static string Program { get; } = Find();

    private static string Find()
    {
        // …/tests/RealTimeActors.Hammer/bin/<Configuration>/net10.0/, or the like of a test that uses it.
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var root = here;
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "RealTimeActors.sln")))
            root = root.Parent;

        var program = root is null ? null : Path.Combine(root.FullName, "src", "RealTimeActors.Server", "bin", here.Parent!.Name, here.Name, "realtime.dll");
        return File.Exists(program) ? program : throw new InvalidOperationException($"The built server is expected at {program ?? "src/RealTimeActors.Server/bin"}; build it first.");
    }
}
