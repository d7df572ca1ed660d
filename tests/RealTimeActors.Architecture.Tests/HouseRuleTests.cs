using System.Text.RegularExpressions;

namespace RealTimeActors.Architecture.Tests;

public sealed partial class HouseRuleTests
{
    private const int LinesMax = 350;

    [Fact]
    public void No_file_is_too_long_to_be_one_concept()
    {
        var tooLong = Repository.CSharpFiles("src", "tests")
            .Select(file => (File: file, Lines: Repository.Read(file).AsSpan().Count('\n')))
            .Where(file => file.Lines > LinesMax)
            .Select(file => $"{file.File}: {file.Lines} lines");

        Assert.Empty(tooLong);
    }

    [Fact]
    public void A_file_holds_one_public_type()
    {
        var crowded = Repository.CSharpFiles("src")
            .Select(file => (File: file, Types: PublicType().Matches(Repository.Read(file)).Select(match => match.Groups["name"].Value).Distinct().ToList()))
            .Where(file => file.Types.Count > 1)
            .Select(file => $"{file.File}: {string.Join(", ", file.Types)}");

        Assert.Empty(crowded);
    }

    [Fact]
    public void Tests_wait_for_what_happens_and_never_for_a_while()
    {
        // To wait for ever is not to wait for a while: a process that is there to be killed does it. Benchmarks are programs, not tests.
        var sleepers = Repository.CSharpFiles("tests")
            .Where(file => !file.StartsWith("tests/RealTimeActors.Benchmarks/", StringComparison.Ordinal) && Wait().IsMatch(Repository.Read(file)));

        Assert.Empty(sleepers);
    }

    [GeneratedRegex(@"^public (?:[a-z]+ )*(?:class|record|struct|interface|enum|delegate) (?:struct |class )?(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"Thread\.Sleep\((?!Timeout\.Infinite)|Task\.Delay\((?!Timeout\.Infinite)")]
    private static partial Regex Wait();
}
