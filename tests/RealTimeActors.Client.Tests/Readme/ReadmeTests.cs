namespace RealTimeActors.Client.Tests.Readme;

/// <summary>What the README shows of states and presence is code that is compiled and run.</summary>
public sealed class ReadmeTests
{
    [Theory]
    [InlineData("StateAsync")]
    [InlineData("EnterAsync")]
    public void The_example_stands_line_by_line_in_code_that_is_compiled(string call)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "RealTimeActors.sln")))
            root = root.Parent!;

        var code = Lines(File.ReadAllText(Path.Combine(root.FullName, "tests/RealTimeActors.Client.Tests/Readme/ReadmeExamples.cs")));
        var readme = File.ReadAllText(Path.Combine(root.FullName, "src/RealTimeActors.Client/README.md"));
        var example = Lines(readme.Split("```").Single(part => part.StartsWith("csharp\n", StringComparison.Ordinal) && part.Contains(call, StringComparison.Ordinal))["csharp\n".Length..]);

        Assert.Contains(Enumerable.Range(0, code.Length - example.Length + 1), i => code.AsSpan(i, example.Length).SequenceEqual(example));
    }

    /// <summary>Without indentation and empty lines.</summary>
    private static string[] Lines(string text) => [.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
