using RealTimeActors.Hosting.Tests.Support;

namespace RealTimeActors.Hosting.Tests.Readme;

/// <summary>What the README shows is code that is compiled and run.</summary>
public sealed class ReadmeTests
{
    private static readonly string[] _compiled = ["tests/RealTimeActors.Hosting.Tests/Readme", "src/RealTimeActors.Samples.Funding"];

    [Fact]
    public void Every_example_stands_line_by_line_in_code_that_is_compiled()
    {
        var code = _compiled
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs"))
            .Select(file => Lines(File.ReadAllText(file)))
            .ToArray();
        var examples = Examples(File.ReadAllText(Path.Combine(Repository.Root, "src/RealTimeActors.Hosting/README.md")));

        Assert.Equal(10, examples.Count);
        Assert.All(examples, example => Assert.True(code.Any(file => Holds(file, Lines(example))), $"This example is not in the code:\n{example}"));
    }

    private static List<string> Examples(string readme)
    {
        var parts = readme.Split("```");
        return [.. parts.Where((part, i) => i % 2 == 1 && part.StartsWith("csharp\n", StringComparison.Ordinal)).Select(part => part["csharp\n".Length..])];
    }

    /// <summary>Without indentation and empty lines.</summary>
    private static string[] Lines(string text) => [.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static bool Holds(string[] file, string[] example) =>
        Enumerable.Range(0, Math.Max(0, file.Length - example.Length + 1)).Any(i => file.AsSpan(i, example.Length).SequenceEqual(example));
}
