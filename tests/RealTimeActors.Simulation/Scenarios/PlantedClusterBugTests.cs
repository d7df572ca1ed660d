using RealTimeActors.Engine;
using RealTimeActors.Simulation.Faults;
using Xunit.Abstractions;

namespace RealTimeActors.Simulation.Scenarios;

/// <summary>The same for bugs that only several nodes can have. A class of its own, because those of one class wait for each other.</summary>
public sealed class PlantedClusterBugTests(ITestOutputHelper output)
{
    public static TheoryData<string> Bugs => [.. PlantedBugHunt.OfClusters.Select(bug => bug.ToString())];

    [Theory]
    [MemberData(nameof(Bugs))]
    public void A_planted_bug_of_a_cluster_is_found(string name) => PlantedBugTests.FindIt(Enum.Parse<PlantedBug>(name), output);
}
