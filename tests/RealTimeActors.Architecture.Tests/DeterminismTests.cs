namespace RealTimeActors.Architecture.Tests;

public sealed class DeterminismTests
{
    // The compiler writes this into every assembly that has an async or iterator method; what counts is the rest of the namespace.
    private static readonly string[] _harmless = ["System.Threading.Tasks.TaskScheduler"];

    public static TheoryData<string> CoreAssemblies =>
        [.. Repository.SourceProjects.Where(project => Repository.RingOf(project) == "Core").Select(project => Path.GetFileNameWithoutExtension(project))];

    [Fact]
    public void The_scan_sees_what_this_assembly_calls()
    {
        _ = DateTimeOffset.UtcNow;

        var seen = MemberReferences.Of(typeof(DeterminismTests).Assembly.Location);

        Assert.Contains("System.DateTimeOffset.get_UtcNow", seen);
        Assert.Contains("System.DateTimeOffset.get_UtcNow", BannedIn(seen));
    }

    [Theory]
    [MemberData(nameof(CoreAssemblies))]
    public void Core_reaches_for_no_time_thread_chance_or_file(string assembly)
    {
        var path = Path.Combine(AppContext.BaseDirectory, assembly + ".dll");

        Assert.Empty(BannedIn(MemberReferences.Of(path)));
    }

    /// <summary>The entries of <c>BannedSymbols.txt</c> that are among the references.</summary>
    private static List<string> BannedIn(IReadOnlySet<string> references)
    {
        var found = new List<string>();
        foreach (var line in Repository.Read("src/BannedSymbols.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var symbol = line[2..].Split(';')[0];
            var matches = line[0] switch
            {
                'N' => references.Where(reference => reference.StartsWith(symbol + ".", StringComparison.Ordinal)),
                'T' => references.Where(reference => reference == symbol || reference.StartsWith(symbol + ".", StringComparison.Ordinal)),
                'P' => references.Where(reference => reference == symbol.Insert(symbol.LastIndexOf('.') + 1, "get_")),
                'M' => references.Where(reference => reference == symbol),
                _ => throw new FormatException($"BannedSymbols.txt: N:, T:, P: or M: is expected; '{line}' came."),
            };
            found.AddRange(matches.Except(_harmless));
        }

        return found;
    }
}
