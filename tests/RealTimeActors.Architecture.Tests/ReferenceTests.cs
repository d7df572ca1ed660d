namespace RealTimeActors.Architecture.Tests;

public sealed class ReferenceTests
{
    private static readonly string[] _core = ["Actors", "Engine", "Persistence", "Protocol", "Sharding", "Streams"];

    /// <summary>What each project may refer to. A project that is not in this list is a decision that has to be made here first.</summary>
    private static readonly Dictionary<string, string[]> _allowed = new()
    {
        ["Protocol"] = [],
        ["Actors"] = [],
        ["Streams"] = [],
        ["Persistence"] = ["Actors"],
        ["Sharding"] = ["Actors", "Persistence"],
        ["Sharding.Tcp"] = ["Sharding"],
        ["Engine"] = ["Actors", "Persistence", "Protocol", "Sharding", "Streams"],
        ["Dispatch"] = ["Actors"],
        ["Persistence.Sqlite"] = ["Persistence", "Sharding"],
        ["Persistence.PostgreSql"] = ["Persistence", "Sharding"],
        ["Edge"] = ["Dispatch", "Engine", "Protocol"],
        ["Hocon"] = [],
        ["Hosting"] = [.. _core, "Client", "Dispatch", "Edge", "Hocon", "Persistence.Sqlite", "Persistence.PostgreSql", "Sharding.Tcp"],
        ["Server"] = ["Client", "Hocon", "Hosting"],
        ["Samples.Funding"] = ["Hosting"],
        ["Client"] = ["Protocol"],
        ["TestKit"] = _core,
    };

    public static TheoryData<string> Projects => [.. Repository.SourceProjects.Select(Repository.NameOf)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Refers_only_to_what_the_plan_allows(string name)
    {
        var project = ProjectOf(name);

        Assert.True(_allowed.ContainsKey(name), $"{name} is not in the plan: say here what it may refer to.");
        Assert.Empty(Repository.ReferencesOf(project).Except(_allowed[name]));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Says_in_which_ring_it_stands(string name)
    {
        var ring = Repository.RingOf(ProjectOf(name));

        Assert.Contains(ring, new[] { "Core", "World", "Tool", "Client" });
        Assert.Equal(_core.Contains(name), ring == "Core");
    }

    [Fact]
    public void Core_never_refers_to_the_world()
    {
        var strangers = Repository.SourceProjects
            .Where(project => Repository.RingOf(project) == "Core")
            .SelectMany(project => Repository.ReferencesOf(project).Except(_core).Select(stranger => $"{Repository.NameOf(project)} -> {stranger}"));

        Assert.Empty(strangers);
    }

    [Fact]
    public void The_library_that_tokens_are_checked_against_is_used_by_that_test_alone()
    {
        var users = Repository.AllProjects
            .Where(project => Repository.PackagesOf(project).Any(package => package.Contains("IdentityModel", StringComparison.Ordinal) || package.Contains("JwtBearer", StringComparison.Ordinal)))
            .Select(Path.GetFileNameWithoutExtension);

        Assert.Equal(["RealTimeActors.Authentication.Oracle.Tests"], users);
    }

    private static string ProjectOf(string name) => Repository.SourceProjects.Single(project => Repository.NameOf(project) == name);
}
