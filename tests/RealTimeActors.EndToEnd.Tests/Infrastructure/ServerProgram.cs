namespace RealTimeActors.EndToEnd.Tests.Infrastructure;

/// <summary>Where the server was built: in the same configuration as these tests.</summary>
internal static class ServerProgram
{
    internal static string Path { get; } = Find();

    private static string Find()
    {
        // …/tests/RealTimeActors.EndToEnd.Tests/bin/<Configuration>/net10.0/
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(System.IO.Path.DirectorySeparatorChar));
        var root = here;
        while (root is not null && !File.Exists(System.IO.Path.Combine(root.FullName, "RealTimeActors.sln")))
            root = root.Parent;

        if (root is null)
            throw new InvalidOperationException($"RealTimeActors.sln is expected in a directory above {here.FullName}; there is none.");

        var program = System.IO.Path.Combine(root.FullName, "src", "RealTimeActors.Server", "bin", here.Parent!.Name, here.Name, "realtime.dll");
        return File.Exists(program)
            ? program
            : throw new InvalidOperationException($"The built server is expected at {program}; build src/RealTimeActors.Server in the configuration {here.Parent.Name} first.");
    }
}
