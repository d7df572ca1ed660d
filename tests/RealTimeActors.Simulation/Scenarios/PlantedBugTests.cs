using RealTimeActors.Engine;
using RealTimeActors.Simulation.Faults;
using Xunit.Abstractions;

namespace RealTimeActors.Simulation.Scenarios;

/// <summary>
/// Bugs are planted in the engine, one at a time. A checker that does not find its bug checks nothing. Each is met by a seed that met it before (<see cref="KnownSeeds"/>), or hunted for; how soon each is found from seeds
/// that know nothing of it: <c>--plant all</c>.
/// </summary>
public sealed class PlantedBugTests(ITestOutputHelper output)
{
    public static TheoryData<string> Bugs => [.. PlantedBugHunt.All.Except(PlantedBugHunt.OfClusters).Select(bug => bug.ToString())];

    [Theory]
    [MemberData(nameof(Bugs))]
    public void A_planted_bug_is_found(string name) => FindIt(Enum.Parse<PlantedBug>(name), output);

    internal static void FindIt(PlantedBug bug, ITestOutputHelper output)
    {
        var found = PlantedBugHunt.Meet(bug);

        output.WriteLine(found is null ? $"{bug} was not found" : $"{bug} was found {(KnownSeeds.Of(bug).Contains(found.Result.Plan.Seed) ? "by a known seed" : $"after {found.Number} schedules, by none of its known seeds")}, {found.Result.Plan.Seed}: {found.Result.Violation}");
        Assert.NotNull(found);
    }
}
