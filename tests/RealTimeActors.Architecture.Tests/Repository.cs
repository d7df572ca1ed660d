using System.Xml.Linq;

namespace RealTimeActors.Architecture.Tests;

/// <summary>The source tree these tests were built from.</summary>
internal static class Repository
{
    internal static string Root { get; } = FindRoot();

    internal static IReadOnlyList<string> SourceProjects { get; } = Projects("src");

    internal static IReadOnlyList<string> AllProjects { get; } = [.. SourceProjects, .. Projects("tests")];

    /// <summary>Every C# file below the folder that a person wrote, relative to the root.</summary>
    internal static IEnumerable<string> CSharpFiles(params string[] folders) =>
        folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Root, file))
            .Where(file => !file.Split('/').Any(part => part is "obj" or "bin"))
            .Order(StringComparer.Ordinal);

    internal static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    internal static string NameOf(string project) => Path.GetFileNameWithoutExtension(project)["RealTimeActors.".Length..];

    internal static string? RingOf(string project) => XDocument.Load(project).Descendants("Ring").SingleOrDefault()?.Value;

    internal static IEnumerable<string> ReferencesOf(string project) =>
        XDocument.Load(project).Descendants("ProjectReference").Select(reference => NameOf(reference.Attribute("Include")!.Value));

    internal static IEnumerable<string> PackagesOf(string project) =>
        XDocument.Load(project).Descendants("PackageReference").Select(reference => reference.Attribute("Include")?.Value).OfType<string>();

    private static string[] Projects(string folder) =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, folder), "RealTimeActors.*.csproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "RealTimeActors.sln")))
            directory = directory.Parent;

        return directory?.FullName ?? throw new InvalidOperationException($"RealTimeActors.sln is expected above {AppContext.BaseDirectory}.");
    }
}
